"""What one sheet brings to a month: its facts with where, when and in which state, and nothing added up yet.

The blocks of a compilation sheet are sums over these, and so are the lists of the sheets behind a number. Pure.
"""

from collections.abc import Mapping
from typing import NamedTuple

COUNTED = ("received", "edited", "has_issues", "approved")
"""The review states whose sheets count (domain page § 6.2); a rejected one counts nowhere, a held one not yet."""


class Contribution(NamedTuple):
    """One record of a sheet: the sheet itself, or one of its repeats that counts under a place of its own."""

    submission_id: int
    record: int
    instance_id: str
    version: int
    definition_id: int
    """The version of its form by which the sheet counts (domain page § 6.1)."""
    form: str
    """The form's own id."""
    place: str
    activity: str
    event_date: str
    status: str
    """The status answer: "oui", "reportee" …"""
    review: str
    submitter_id: int | None
    is_first: bool
    """Whether the sheet itself is counted with this record: a sheet of several records is one sheet."""
    facts: Mapping[str, int]
    """Numbers by the key of their cell, as text; what was not answered is not there."""

    @property
    def is_counted(self) -> bool:
        """Whether its numbers count provisionally."""
        return self.review in COUNTED
