"""What the first page shows of each sheet without a password: how much came in, and its latest counts."""

from dataclasses import dataclass
from datetime import datetime
from itertools import product

from aggregates.report.order import order_of
from aggregates.report.report import Schemes
from aggregates.report.table import TallyRow
from aggregates.tallies.query import STATUSES, TallyQuery
from forms.base.moment import read
from forms.base.sqlite import Database
from forms.catalogue import definitions
from forms.catalogue.form import Form
from forms.definition.age_scheme import AgeScheme
from forms.definition.definition import Definition
from forms.definition.tally_tag import MEASURES
from server.counts.service import every_count
from server.words.code_names import listed_forms
from sync.intake import submissions

PEOPLE = ("sex", "age_band")


@dataclass(frozen=True, slots=True)
class Counts:
    """The latest numbers of one sheet, in one state."""

    cells: tuple[int, ...]
    """By sex and band of the programme's own scheme, as `cells_of` gives them."""
    others: int
    """Of another age band or of unknown sex or age."""
    total: int


@dataclass(frozen=True, slots=True)
class FormCard:
    """What the page shows of one sheet."""

    title: str
    form_id: str
    version: str
    received: int
    last_received: datetime | None
    measure: str
    provisional: Counts | None
    verified: Counts | None


def cards_of(db: Database, project_id: int, schemes: Schemes) -> list[FormCard]:
    """The cards of a project's sheets, those with the most submissions first; none of a confidential form."""
    received = submissions.counts_by_form(db, project_id)
    cards = []
    for form in listed_forms(db, project_id):  # of a confidential form not even a number is told, nor a time
        if not definitions.current_definition(db, form).is_notice:
            cards.append(_card(db, form, received.get(form.id, (0, "")), schemes))
    return sorted(cards, key=lambda card: (-card.received, card.title))


def _card(db: Database, form: Form, received: tuple[int, str], schemes: Schemes) -> FormCard:
    row = definitions.current_row(db, form)
    measure = _measure(definitions.load_definition(db, row.id))
    provisional = verified = None
    if measure:
        query = TallyQuery(
            by=PEOPLE,
            measure=measure,
            filters={"form": (form.xml_form_id,), "project": (str(form.project_id),)},
        )
        table = every_count(db, schemes).table(query)
        provisional, verified = (_counts(table.rows, state, table.bands) for state in STATUSES)
    last = read(received[1]) if received[1] else None
    return FormCard(
        row.title, form.xml_form_id, row.version, received[0], last, measure, provisional, verified
    )


def _measure(definition: Definition) -> str:
    """The people that a sheet counts first, "" for a sheet that counts none."""
    tags = (field.tag for field in definition.fields if field.tag)
    return next(
        (tag.count or tag.each for tag in tags if MEASURES.get(tag.count or tag.each) == "people"), ""
    )


def cells_of(scheme: AgeScheme) -> list[tuple[str, str]]:
    """Sex and band of every cell: men, women, boys, girls, the source's order (domain page § 2.1)."""
    order = order_of(PEOPLE, {}, scheme)
    return sorted(product("MF", map(str, scheme)), key=order)


def _counts(rows: list[TallyRow], state: str, scheme: AgeScheme) -> Counts:
    by_cell = {row.keys: int(getattr(row, state)) for row in rows}
    cells = tuple(by_cell.get(cell, 0) for cell in cells_of(scheme))
    total = sum(by_cell.values())
    return Counts(cells, total - sum(cells), total)
