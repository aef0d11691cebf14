"""What tells a sheet from others at a glance: when, where, what, and how many people. Pure."""

import unicodedata
from dataclasses import dataclass

from forms.definition.age_scheme import AgeScheme
from forms.definition.definition import Definition, Field
from forms.places.cso_code import NO_CSO
from sync.counting.fact import derive
from sync.counting.head_count import heads_of
from sync.instance.instance import Scope


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
    """Present: contacts reached directly, but for those whose age lies in no band of the programme."""
    men: int | None = None
    women: int | None = None
    boys: int | None = None
    girls: int | None = None


def summary(definition: Definition, root: Scope, scheme: AgeScheme) -> Summary:
    """The summary of a sheet by the programme's own age scheme: nothing is told here that its facts do not count."""
    derivation = derive(root, definition, project_id=0, owner=NO_CSO)  # a summary tells no grain
    heads = heads_of(derivation.facts, scheme)
    return Summary(
        derivation.event_date,
        derivation.place,
        derivation.activity,
        derivation.status,
        derivation.took_place,
        heads.people,
        *heads.four,
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
