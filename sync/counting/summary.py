"""What tells a sheet from others at a glance: when, where, what, and how many people. Pure."""

import unicodedata
from dataclasses import dataclass

from forms.definition.age_band import AgeBandInvalid, parse_band
from forms.definition.definition import Definition, Field, TallyTag
from sync.instance.instance import Scope

ADULT = 18
CELLS = {("M", True): "men", ("F", True): "women", ("M", False): "boys", ("F", False): "girls"}
"""The four cells of the sheets (domain page § 2.1), by sex and whether they are 18 and over."""


@dataclass(frozen=True, slots=True)
class Summary:
    """One sheet in one line. A cell that was not answered is None: unknown, and not nought."""

    event_date: str = ""
    """ISO date of the event, "" where there is none to be read."""
    place: str = ""
    """Code of the finest place that was answered."""
    activity: str = ""
    """As answered: a code of the form's own list."""
    status: str = ""
    """The status answer ("oui", "reportee" …), "" where the form asks none."""
    took_place: bool = True
    """Whether the event took place: what did not is not counted."""
    people: int = 0
    """Present: the cells of contacts reached directly, whatever their sex and age."""
    men: int | None = None
    women: int | None = None
    boys: int | None = None
    girls: int | None = None


def summary(definition: Definition, root: Scope) -> Summary:
    """The summary of a sheet, by its form's tally tags; cells of several repeats are added up."""
    told: dict[str, str] = {}
    cells: dict[str, int] = {}
    people = 0
    took_place = {word for field in definition.fields if field.tag for word in field.tag.took_place}
    for scope in root:
        for path, text in scope.answers.items():
            tag = definition.by_path[path].tag
            if tag is None:
                continue
            if tag.dimension == "place" or (tag.dimension and tag.dimension not in told):
                told[tag.dimension] = text.strip()
            elif _is_cell(tag) and text.strip().isdecimal() and len(text.strip()) < 10:
                people += int(text)
                name = _cell(tag)
                if name:
                    cells[name] = cells.get(name, 0) + int(text)
    status = told.get("status", "")
    return Summary(
        told.get("date", "")[:10],
        told.get("place", ""),
        told.get("activity", ""),
        status,
        not took_place or status in took_place,
        people,
        **cells,
    )


def searchable(text: str) -> str:
    """A text as searches compare it: without capitals and accents, blanks as one.

    >>> searchable("  Yélimané  CAUSERIE")
    'yelimane causerie'
    """
    plain = unicodedata.normalize("NFD", text.casefold())
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


def activity_field(definition: Definition) -> Field | None:
    """The question that says what kind of event it was."""
    return next(
        (field for field in definition.fields if field.tag and field.tag.dimension == "activity"), None
    )


def _is_cell(tag: TallyTag) -> bool:
    return bool(tag.count) and not tag.subset and tag.unit == "contacts" and tag.reach == "direct"


def _cell(tag: TallyTag) -> str:
    try:
        is_adult = parse_band(tag.age).lower >= ADULT
    except AgeBandInvalid:
        return ""
    return CELLS.get((tag.sex, is_adult), "")
