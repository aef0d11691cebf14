"""Passwords and tokens: made, hashed, compared. Never logged, never kept as they are."""

import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from forms.base.refusal import Refusal


class PasswordTooShort(Refusal):
    """A password with too few signs (`least`; Central 400.21)."""


class PasswordTooWeak(Refusal):
    """A password that would be guessed first (Central 400.44)."""


_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""A profile for small machines: about 80 ms a check."""

ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without the signs that are read one for another on paper."""


def new_password() -> str:
    """A password to be written down: 14 signs, 80 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(14))


LEAST_SIGNS = 10
"""As ODK Central asks."""
GUESSED_FIRST = frozenset(
    [
        "password",
        "motdepasse",
        "azertyuiop",
        "qwertyuiop",
        "1234567890",
        "0123456789",
        "123456789",
        "0987654321",
        "azerty1234",
        "qwerty1234",
        "password123",
        "motdepasse1",
        "bienvenue1",
        "spotlight",
        "administrateur",
        "administrator",
        "changeme123",
    ]
)


def check_strength(password: str, email: str) -> None:
    """Raise PasswordTooShort or PasswordTooWeak: a few signs over and over, the address itself, a known one."""
    if len(password) < LEAST_SIGNS:
        raise PasswordTooShort(least=LEAST_SIGNS)
    plain = password.casefold()
    is_own_address = plain in (email.casefold(), email.casefold().partition("@")[0])
    if plain in GUESSED_FIRST or len(set(plain)) < 4 or is_own_address:
        raise PasswordTooWeak


def new_token() -> str:
    """A token of 64 signs, as ODK Central's."""
    return secrets.token_urlsafe(48)


def hash_password(password: str) -> str:
    """What is kept of a password."""
    return str(_HASHER.hash(password))


def is_password(password: str, kept: str) -> bool:
    """Whether this is the password behind what is kept."""
    try:
        return bool(_HASHER.verify(kept, password))
    except (VerificationError, InvalidHashError):
        return False


def hash_token(token: str) -> str:
    """What is kept of a token: it is long and random, so that a plain digest suffices."""
    return hashlib.sha256(token.encode()).hexdigest()
