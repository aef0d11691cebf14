"""The first page: a desk for who decides; for others that fiche runs, what came in, and the latest counts."""

from dataclasses import dataclass
from datetime import datetime
from itertools import product

from flask import Response, g, make_response

from aggregates.report.order import order_of
from aggregates.report.report import Schemes
from aggregates.report.table import TallyRow
from aggregates.tallies import roll_up_runs
from aggregates.tallies.query import STATUSES, TallyQuery
from forms.base.moment import read
from forms.base.sqlite import Database
from forms.catalogue import definitions
from forms.catalogue.form import Form
from forms.definition.age_scheme import AgeScheme
from forms.definition.definition import Definition
from forms.definition.tally_tag import MEASURES
from forms.places.projects import list_projects
from server.counts.service import every_count
from server.home.desk import desk_of, show_desk
from server.upkeep.backups import last_backup
from server.upkeep.doctor import what_is_amiss
from server.web.page import show
from server.web.route import ANYONE, Asking, Resource
from server.words.code_names import listed_forms
from server.words.sex_and_age import band_in_words, sex_label
from server.words.table_file import WORDS
from sync.intake import submissions

resource = Resource("home", "")

PEOPLE = ("sex", "age_band")


@dataclass(frozen=True, slots=True)
class Counts:
    """The latest numbers of one sheet, in one state."""

    cells: tuple[int, ...]
    """By sex and band of the programme's own scheme, as `_cells_of` gives them."""
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


@resource.get("/", may=ANYONE)
def home(asking: Asking) -> Response:
    """The page. Counts are shown to everybody where the configuration says so, else to those who may see them."""
    here = asking.here
    desks = [desk for each in list_projects(asking.db) if (desk := desk_of(asking, each))]
    if desks:
        return _kept_by_nobody(show_desk(asking, desks))
    with here.storage.reading() as db:
        runs = roll_up_runs.latest(db, limit=1)
        schemes = here.settings.band_schemes
        every = list_projects(db)
        visible = [each for each in every if _shows_counts(asking, each.id)]
        cards = [
            (
                project.name,
                _cards(db, project.id, schemes),
                f"/projects/{project.id}/counts" if asking.asker.reach("tally.read", project.id) else "",
            )
            for project in visible
        ]
    own = here.settings.reporting_scheme
    page = show(
        "home.html",
        asking,
        shows_counts=bool(visible) or here.settings.pages.public_counts,
        projects=cards,
        run=runs[0] if runs else None,
        words=WORDS,
        backup=last_backup(here.settings) if _administers(asking) else None,
        cells=[
            (sex_label({"sex": sex, "age_band": band}, own, g.language), band_in_words(band))
            for sex, band in _cells_of(own)
        ],
        amiss=what_is_amiss(here.settings, here.storage, now=asking.now) if _administers(asking) else [],
        fills=[each for each in every if _only_fills(asking, each.id)],
    )
    return _kept_by_nobody(page)


def _administers(asking: Asking) -> bool:
    return asking.asker.reach("user.create") is not None


def _only_fills(asking: Asking, project_id: int) -> bool:
    reaches = asking.asker.reach
    return reaches("submission.create", project_id) is not None and not reaches("tally.read", project_id)


def _kept_by_nobody(page: str) -> Response:
    response = make_response(page)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Accept-Language, Cookie"
    return response


def _shows_counts(asking: Asking, project_id: int) -> bool:
    reach = asking.asker.reach("tally.read", project_id)
    return asking.here.settings.pages.public_counts or (reach is not None and reach.csos is None)


def _cards(db: Database, project_id: int, schemes: Schemes) -> list[FormCard]:
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


def _cells_of(scheme: AgeScheme) -> list[tuple[str, str]]:
    """Sex and band of every cell: men, women, boys, girls, the source's order (domain page § 2.1)."""
    order = order_of(PEOPLE, {}, scheme)
    return sorted(product("MF", map(str, scheme)), key=order)


def _counts(rows: list[TallyRow], state: str, scheme: AgeScheme) -> Counts:
    by_cell = {row.keys: int(getattr(row, state)) for row in rows}
    cells = tuple(by_cell.get(cell, 0) for cell in _cells_of(scheme))
    total = sum(by_cell.values())
    return Counts(cells, total - sum(cells), total)
