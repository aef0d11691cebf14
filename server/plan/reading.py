"""Reads a plan's file or a program's lines against what this project knows: places, sheets, phones, organisations."""

from collections.abc import Mapping, Sequence

from aggregates.plan import plans
from aggregates.plan.column import LAYOUT
from aggregates.plan.difference import Key, PlanDifference, by_cso_and_month, difference
from aggregates.plan.planned import Planned
from aggregates.plan.reading import PlanReading, read_plan
from aggregates.plan.resolver import NameResolver, PlanForm
from forms.base.sqlite import Database
from forms.catalogue import definitions
from forms.definition.definition import Definition
from forms.places.cso_code import NO_CSO, CsoCode
from forms.places.csos import list_csos
from forms.places.place import locate_all
from forms.places.places import all_places
from server.base.table_reader import read_rows
from server.identity.app_users import app_users
from server.words.code_names import listed_forms
from sync.counting.summary import activity_field
from sync.reading.legible import label_of

LANGUAGES = ("fr", "en")
"""In which activities may be named."""


def resolver_of(db: Database, project_id: int, reach: frozenset[CsoCode] | None) -> NameResolver:
    """What the names in a plan of this project may mean, for somebody who reaches these CSOs (None for all)."""
    located, _stray = locate_all(all_places(db))
    animators: dict[CsoCode, tuple[str, ...]] = {}
    for phone in app_users(db, project_id):
        if not phone.is_revoked:
            code = CsoCode(phone.cso)
            animators[code] = (*animators.get(code, ()), phone.display_name)
    csos = {cso.code: cso.name for cso in list_csos(db, project_id=project_id)}
    listed = {CsoCode(code) for code in csos}
    named = {*(CsoCode(place.place.cso) for place in located), *animators, *(reach or ())} - listed - {NO_CSO}
    return NameResolver(
        csos=csos | {code.shown: code.shown for code in sorted(named)},
        places=located,
        forms=forms_of(db, project_id),
        animators=animators,
        reach=reach,
    )


def forms_of(db: Database, project_id: int) -> list[PlanForm]:
    """The published forms that a plan may name; confidential ones are nobody's to plan."""
    return [
        PlanForm(form.xml_form_id, (definition.title,), activities_of(definition))
        for form in listed_forms(db, project_id)
        for definition in [definitions.current_definition(db, form)]
    ]


def activities_of(definition: Definition) -> dict[str, tuple[str, ...]]:
    """The activities that a form asks for: labels by code."""
    asked = activity_field(definition)
    if asked is None:
        return {}
    return {
        choice.name: tuple(
            dict.fromkeys(label_of(choice.labels, language, definition) for language in LANGUAGES)
        )
        for choice in definition.choice_lists.get(asked.choices, ())
    }


def read_file(
    db: Database, project_id: int, content: bytes, name: str, *, reach: frozenset[CsoCode] | None
) -> PlanReading:
    """Read a plan's file. Raises ColumnsMissing and what `server.base.table_reader.read_rows` raises."""
    return read_plan(read_rows(content, name, LAYOUT), resolver_of(db, project_id, reach))


def present_plan(db: Database, project_id: int, keys: Sequence[Key]) -> Mapping[Key, list[Planned]]:
    """What counts now of these CSOs and months."""
    return {(cso, month): plans.planned_of(db, project_id, cso=cso, first_month=month) for cso, month in keys}


def difference_of(db: Database, project_id: int, planned: Sequence[Planned]) -> list[PlanDifference]:
    """What these lines change of the present plan."""
    return difference(planned, present_plan(db, project_id, list(by_cso_and_month(planned))))
