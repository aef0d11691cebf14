"""Passwords and tokens: made, hashed, compared. Never logged, never kept as they are."""

import hashlib
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""A profile for small machines: about 80 ms a check."""

ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without the signs that are read one for another on paper."""


def new_password() -> str:
    """A password to be written down: 14 signs, 80 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(14))


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
