"""Which version of fiche this is."""

from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version


@lru_cache(maxsize=1)
def program_version() -> str:
    """As it was installed; "" for a checkout that was not."""
    try:
        return version("fiche")
    except PackageNotFoundError:
        return ""
