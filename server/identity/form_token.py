"""The token of a form on a page: sent twice, by a double click or the back button, it makes one.

Nothing is kept for it. What the form makes gets its own secret from the form's token, so that the second request
finds what the first has made, and can show its secret again without its being written down anywhere.
"""

from base64 import urlsafe_b64encode
from hashlib import sha384
from hmac import digest

LEAST_SIGNS = 32


def token_from(key: str, sent: str, *wanted: str) -> str:
    """The secret of what a form makes, 64 signs as any: the same for the same key, form's token and `wanted`.

    "" for a form without a token. `key` is the session's own secret: who sends a token of their own choice chooses no
    secret by it. `wanted` tells all that was asked for: a form that was changed after going back is another wish.
    """
    if len(sent) < LEAST_SIGNS:
        return ""
    message = "".join(f"{len(part)}:{part}" for part in (sent, *wanted))
    return urlsafe_b64encode(digest(key.encode(), message.encode(), sha384)).decode()
