"""The order in which people look for a name: accents and capitals make no difference. Pure."""

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=10_000)
def folded(name: str) -> str:
    """A name without what an alphabet does not see.

    >>> folded("Sébécoro")
    'sebecoro'
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
