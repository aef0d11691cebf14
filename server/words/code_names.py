"""What the codes of counts are called in a reader's language: organisations, forms, and the forms' own choices."""

from collections.abc import Collection, Iterable

from aggregates.report.order import Names
from aggregates.tallies.query import CODES
from forms.base.sqlite import Database
from forms.catalogue import definitions
from forms.catalogue.form import Form
from forms.definition.definition import Definition
from forms.places.csos import list_csos
from sync.counting.summary import activity_field
from sync.reading.legible import activity_in_words, label_of


def code_names(db: Database, project_id: int, language: str, *, csos: Collection[str] | None) -> Names:
    """The names of the codes that a project's sheets answer with, by dimension and code.

    Of organisations those of `csos` (None for all) are named.

    Where two forms call a code differently, the first form by name has it; a code that no published version knows
    any more keeps its own spelling.
    """
    names: dict[tuple[str, str], str] = {}
    for form in reversed(published_forms(db, project_id)):
        definition = definitions.current_definition(db, form)
        names |= dict(_choices(definition, language))
        names["form", form.xml_form_id] = definition.title
    for cso in list_csos(db):
        if csos is not None and cso.key not in csos:
            continue
        for code in (cso.code, cso.key):
            names["cso", code] = cso.name
    return names


def published_forms(db: Database, project_id: int) -> list[Form]:
    """The forms of a project that have been published, by their ids."""
    return [form for form in definitions.forms_of(db, project_id) if form.current_definition_id is not None]


def listed_forms(db: Database, project_id: int) -> list[Form]:
    """Those of them whose sheets may stand in lists: confidential ones stand in none."""
    return [form for form in published_forms(db, project_id) if not form.is_confidential]


def activity_names(db: Database, forms: Iterable[Form], language: str) -> dict[str, str]:
    """What published forms call the activities that they ask for, by code; the first form that knows one names it."""
    found: dict[str, str] = {}
    for form in forms:
        definition = definitions.current_definition(db, form)
        asked = activity_field(definition)
        for choice in definition.choice_lists.get(asked.choices, ()) if asked else ():
            found.setdefault(choice.name, activity_in_words(definition, choice.name, language))
    return found


def _choices(definition: Definition, language: str) -> Iterable[tuple[tuple[str, str], str]]:
    for asked in definition.fields:
        if asked.tag and asked.tag.dimension in CODES:
            for choice in definition.choice_lists.get(asked.choices, ()):
                label = label_of(choice.labels, language, definition)
                yield (asked.tag.dimension, choice.name), label or choice.name
