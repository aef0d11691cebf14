"""The columns of a plan, by the headings that people give them in French and English. Pure."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from aggregates.plan.cell import plain
from forms.base.refusal import Refusal

Rows = Sequence[tuple[int, Sequence[str]]]
"""The rows of a file that are not empty, each with its number, from 1."""

HEADINGS: dict[str, tuple[str, ...]] = {
    "cso": ("osc", "cso", "ong", "organisation", "organization", "partenaire", "partner"),
    "place": (
        "lieu", "place", "village", "localite", "site", "secteur", "village ou secteur", "village or sector",
        "code lieu", "code village", "place code",
    ),
    "commune": ("commune",),
    "month": ("mois", "month", "periode", "period"),
    "date": ("date", "jour", "day", "date prevue", "jour prevu", "planned day", "planned date", "date seance"),
    "activity": (
        "activite", "activity", "type dactivite", "type activite", "type d activite", "activity type",
        "type of activity",
    ),
    "form": ("fiche", "form", "formulaire", "sheet", "field sheet", "fiche de collecte"),
    "animator": ("animateur", "animatrice", "animator", "animateur animatrice", "animateur trice"),
    "sessions": (
        "seances", "seance", "sessions", "session", "nombre de seances", "nb seances", "seances prevues",
        "planned sessions", "number of sessions",
    ),
    "people": (
        "personnes", "people", "participants", "beneficiaires", "personnes prevues", "planned people",
        "total personnes", "total",
    ),
    "men": ("hommes", "homme", "men", "h"),
    "women": ("femmes", "femme", "women", "f"),
    "boys": ("garcons", "garcon", "boys", "g"),
    "girls": ("filles", "fille", "girls", "fi"),
}  # fmt: skip
"""By column, its headings as `plain` writes them; the first is the French one, the template's."""
ENGLISH = {
    "cso": "cso", "place": "place", "commune": "commune", "month": "month", "date": "date",
    "activity": "activity", "form": "form", "animator": "animator", "sessions": "sessions",
    "people": "people", "men": "men", "women": "women", "boys": "boys", "girls": "girls",
}  # fmt: skip
"""The English heading of each column."""
_BY_HEADING = {heading: column for column, headings in HEADINGS.items() for heading in headings}
SEARCHED_ROWS = 20
"""A heading stands among the first rows, below a title perhaps."""


class PlanColumnsMissing(Refusal):
    """The file has no such columns (`missing`, `found`, `near`: "comune → commune")."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each column stands, and what was not understood."""

    row: int
    """Number of the row of headings."""
    at: dict[str, int]
    """Position by column."""
    written: dict[str, str]
    """The heading as it stands in the file, by column."""
    unread: tuple[tuple[str, str], ...]
    """Headings that are not read, each with the one that was perhaps meant, or ""."""


def find_columns(rows: Rows) -> Columns:
    """The row of headings among the first rows. Raises PlanColumnsMissing."""
    best: tuple[int, Sequence[str]] = (0, ())
    most = 0
    for number, cells in rows[:SEARCHED_ROWS]:
        known = len({_BY_HEADING[plain(cell)] for cell in cells if plain(cell) in _BY_HEADING})
        if known > most:
            best, most = (number, cells), known
    number, cells = best if most else (rows[0] if rows else best)
    at: dict[str, int] = {}
    unread = []
    for position, cell in enumerate(cells):
        column = _BY_HEADING.get(plain(cell))
        if column and column not in at:
            at[column] = position
        elif cell.strip():
            unread.append((shortened(cell), nearest_heading(cell)))
    missing = [
        " / ".join(HEADINGS[key][0] for key in either)
        for either in (("place", "commune"), ("month", "date"))
        if not any(key in at for key in either)
    ]
    if missing:
        near = [f"{heading} → {meant}" for heading, meant in unread if meant]
        raise PlanColumnsMissing(
            missing=tuple(missing),
            found=tuple(shortened(cell) for cell in cells if cell.strip())[:20],
            near=tuple(near),
        )
    return Columns(number, at, {column: cells[position] for column, position in at.items()}, tuple(unread))


def nearest_heading(heading: str) -> str:
    """The known heading that is nearly this one, "" where none is."""
    near = difflib.get_close_matches(plain(heading)[:40], _BY_HEADING, n=1, cutoff=0.75)
    return HEADINGS[_BY_HEADING[near[0]]][0] if near and len(plain(heading)) > 2 else ""


def shortened(text: str, most: int = 60) -> str:
    """A text that fits in a line of a report."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"
