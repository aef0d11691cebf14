"""A sheet that may be seen, read once, and its answers in the form's own words."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import g, request

from aggregates.tallies.tally_queries import names_of_places
from forms.catalogue import definitions
from forms.catalogue.definitions import find_form_by_key
from forms.definition.definition import Definition
from server.sheet.place_map import read_fix
from server.submissions.narrative import withheld
from server.submissions.sheet_item import day_in_words
from server.web.route import Asking
from server.words.language import mark, number, translate
from sync.instance.instance import Instance, Scope, parse_instance, scopes
from sync.intake import submissions
from sync.lists import submission_lists
from sync.lists.inbox_pages import InboxRow
from sync.lists.submission_lists import VersionRow
from sync.reading.legible import Block, Line, Wording, legible, unanswered

WITHHELD = mark("narrative: read by the CSO's coordinator")


@dataclass(frozen=True, slots=True)
class Opened:
    """A sheet as it stands, read once for its page."""

    row: InboxRow
    versions: list[VersionRow]
    definition: Definition
    instance: Instance
    root: Scope
    names: Mapping[str, str]
    """Of places that it answers with."""
    withheld: frozenset[str]
    """The questions whose answers are not this reader's to read."""


def open_row(asking: Asking, row: InboxRow) -> Opened:
    """Read a sheet that may be seen."""
    db = asking.db
    definition = definitions.load_definition(db, row.definition_id)
    versions = submission_lists.versions(db, row.id)
    instance = parse_instance(submissions.version_xml(db, versions[0].id))
    root = scopes(instance, definition)
    codes = sorted({text.strip() for scope in root for text in scope.answers.values() if len(text) < 80})
    names, form = names_of_places(db, codes), find_form_by_key(db, row.form_id)
    hidden = withheld(asking, db, form, cso=row.cso) if form else definition.narratives
    return Opened(row, versions, definition, instance, root, names, hidden)


def blocks_of(
    opened: Opened, language: str, *, with_missing: bool = False, answers_in_labels: bool = True
) -> list[Block]:
    """The answers of a sheet in a language; labels that name other answers tell them unless two are compared."""
    definition, root = opened.definition, opened.root
    missing = unanswered(definition, opened.instance, root) if with_missing else frozenset[str]()
    wording = Wording(language, opened.names, answers_in_labels)
    return legible(definition, root, wording, missing=missing, withheld=opened.withheld)


def told(line: Line) -> str:
    """An answer as it is shown: days and positions as people write them."""
    if line.is_withheld:
        return translate(g.language, WITHHELD)
    if line.kind == "date":
        return day_in_words(line.value)
    fix = read_fix(line.value) if line.kind == "geopoint" else None
    if fix is None:
        return line.value
    exact = f" (± {number(g.language, round(fix.accuracy_m))} m)" if fix.accuracy_m else ""
    return f"{fix.point.latitude:.5f}, {fix.point.longitude:.5f}{exact}"


def answers_language() -> str:
    """The language in which answers are shown: the page's own, or another on demand."""
    asked = request.args.get("answers", "")
    language: str = g.language
    return asked if asked in ("fr", "en") else language
