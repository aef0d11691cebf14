"""What can be counted, as data (`measures.csv` beside this file): names, kinds, and over what a measure adds up.

Every measure adds up over places, organisations, activities, sexes and age bands, because each head and each event
stands in one of each. Over time not all do: a state at a date (members) is one number a month; whoever is counted once
a calendar year (first-timers, domain page § 2.5) adds up within that year alone.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

PEOPLE, EVENTS = "people", "events"
FIRST_TIME = "first_time"
"""The unit of persons who are counted once in a calendar year."""
YEAR, MONTH = "year", "month"


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure."""

    code: str
    kind: str
    """PEOPLE, by sex and age, or EVENTS, which have neither."""
    is_state: bool
    """Whether it is a state at a date, which is never summed over time."""
    english: str
    french: str

    def adds_within(self, unit: str) -> str:
        """The longest time over which it adds up: MONTH, YEAR, or "" for however long."""
        if self.is_state:
            return MONTH
        return YEAR if unit == FIRST_TIME else ""


def read_measures(text: str) -> dict[str, Measure]:
    """The measures of a table with the columns code, kind, state ("yes" or "no"), english and french, in its order.

    >>> read_measures("code,kind,state,english,french\\nclubs,events,yes,Clubs,Clubs\\n")["clubs"].adds_within("events")
    'month'
    """
    return {
        row["code"]: Measure(row["code"], row["kind"], row["state"] == "yes", row["english"], row["french"])
        for row in csv.DictReader(text.splitlines())
    }


ALL: Mapping[str, Measure] = read_measures(files(__package__).joinpath("measures.csv").read_text("utf-8"))
"""Every measure by its code."""
