"""What `fiche doctor`, the first pages and /health say of one thing that was looked at."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    name: str
    is_well: bool
    found: str
    advice: str = ""
    """What to do, in English, for translation; "" where all is well."""
    facts: Mapping[str, str | int] = field(default_factory=dict)
    """What stands in the holes of the advice."""


def check(name: str, is_well: bool, found: str, advice: str, **facts: str | int) -> Check:
    """The advice is kept only where something is amiss."""
    return Check(name, is_well, found, "" if is_well else advice, {} if is_well else facts)
