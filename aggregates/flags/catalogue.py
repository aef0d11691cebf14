"""The quality rules by their codes: how grave each is, and whether it looks at one sheet or at several.

Rules of one sheet look at its answers and at reference data; rules among sheets compare it with its neighbours.
The rules themselves are in `aggregates/quality/rule_….py`; sentences about them in `server/words/flag_sentence.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

FLAG = "flag"
"""Goes to a person, counts meanwhile (domain page § 10: flags never delete)."""
HOLD = "hold"
"""Goes to a person, and does not count until they have decided."""
INFO = "info"
"""Is shown beside the sheet; nobody has to decide."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule."""

    number: str
    """Its number in the domain page § 10; "" for what is found while counting."""
    severity: str = FLAG
    is_among_sheets: bool = False


RULES: Mapping[str, Rule] = {
    "future_date": Rule("V01"),
    "outside_project": Rule("V02"),
    "late": Rule("V03"),
    "impossible_cell": Rule("V04"),
    "no_participants": Rule("V05", HOLD),
    "stated_total_mismatch": Rule("V06"),
    "part_above_whole": Rule("V07"),
    "unusual_size": Rule("V08", INFO, is_among_sheets=True),
    "outlier": Rule("V09", is_among_sheets=True),
    "age_out_of_range": Rule("V10"),
    "situation_unlike_group": Rule("V11"),
    "duplicate": Rule("V12", is_among_sheets=True),
    "gps_far": Rule("V14"),
    "gps_outside_country": Rule("V14"),
    "gps_inaccurate": Rule("V14", INFO),
    "zone": Rule("V15"),
    "unknown_village": Rule("V15"),
    "mechanism_closed": Rule("V16"),
    "overlap": Rule("V18", is_among_sheets=True),
    "too_many_sessions": Rule("V18", is_among_sheets=True),
    "repeated_cells": Rule("V19", is_among_sheets=True),
    "round_numbers": Rule("V19", is_among_sheets=True),
    "school_adults": Rule("V20"),
    "filled_fast": Rule("V21", INFO),
    "outdated_form": Rule("V22", INFO),
    "number_of_a_person": Rule("V25"),
    "more_than_population": Rule("V27", is_among_sheets=True),
    "cso_unlike_phone": Rule("V29"),
    "missing_date": Rule(""),
    "age_estimated": Rule("", INFO),
    "unreadable_value": Rule(""),
    "unreadable_sheet": Rule(""),
}

HOLDING = tuple(code for code, rule in RULES.items() if rule.severity == HOLD)
INFORMING = tuple(code for code, rule in RULES.items() if rule.severity == INFO)
AMONG_SHEETS = tuple(code for code, rule in RULES.items() if rule.is_among_sheets)

DRIFTING = (
    "usual",
    "sheets",
    "limit",
    "sessions",
    "together",
    "population",
    "lower",
    "upper",
    "current",
    "within",
)
"""Details that change with other sheets, reference data or the settings, while the sheet itself says the same: a
decision on the flag outlives their change."""


def severity_of(code: str) -> str:
    """ "flag", "hold" or "info"; a code that is not known any more is a flag.

    >>> severity_of("no_participants")
    'hold'
    """
    rule = RULES.get(code)
    return rule.severity if rule else FLAG
