"""Whatever a form asks and a sheet answers, everybody who tells its people tells the same number."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregates.compilation.column import COLUMN_OF
from aggregates.compilation.compile import Known, MonthAsked, compile_month
from aggregates.plan.by_place import place_counts, total_of
from aggregates.plan.expect import expected
from aggregates.plan.expectation import ExpectationLimits, Field, MonthExpectation
from aggregates.quality.sheet import Arrival, Sheet, read_sheet
from aggregates.report.report import tally_table
from aggregates.tallies.query import TallyQuery
from aggregates.tallies.roll_up import roll_up
from forms.base.blobs import BlobStore
from forms.base.month import Month
from forms.base.sqlite import Database
from forms.catalogue.definitions import find_form, load_definition
from forms.definition.age_scheme import AgeScheme, read_scheme
from forms.definition.definition import Definition
from forms.places.cso_code import CsoCode
from forms.places.csos import Cso
from forms.places.projects import create_project, find_project
from sync.counting import schemes
from sync.counting.derivation import Derivation
from sync.counting.fact import derive
from sync.counting.head_count import LEFT_OUT, group_of, heads_of, is_present
from sync.instance.envelope import Envelope
from sync.instance.instance import parse_instance, scopes
from sync.intake.receive import receive
from sync.lists import inbox_pages
from sync.lists.inbox_pages import InboxQuery
from tests.sheet_writer import instance_xml
from tests.station import BEGINNING, Station, new_storage

SCHEMES = [read_scheme(text) for text in ("18,5-17,18+", "18,0-9,10-17,18-24,25+", "21,0-20,21+")]
COLUMNS = ("dimension", "held", "count", "each", "sex", "age", "reach", "unit", "subset")
NUMBERS = st.one_of(
    st.integers(0, 40).map(str),
    st.integers(0, 40).map(lambda n: f"{n}.0"),
    st.sampled_from(["", "1.2E1", "douze", "-3", " 7 ", "２"]),
)
PERSONS = st.fixed_dictionaries(
    {
        "sexe": st.sampled_from(["F", "M", "x", ""]),
        "age": st.sampled_from(["", "3", "12", "17", "19", "40", "5-17"]),
    }
)


@dataclass(frozen=True)
class Asked:
    """One random form: rows of its survey by their group, and how its sheets may be answered."""

    rows: tuple[tuple[str, str, dict[str, str]], ...]
    asks_status: bool
    repeated: tuple[tuple[str, str, dict[str, str]], ...]
    """Cells inside a repeat."""
    each: str
    """The measure of persons in a repeat of their own, "" for none."""
    answers: list[dict[str, Any]] = field(default_factory=list, hash=False)

    def table(self, form: str) -> str:
        """The form as a Markdown table."""

        def row(kind: str, name: str, **tags: str) -> str:
            label = "" if kind.startswith("end") else name
            cells = (kind, name, label, *(tags.get(column, "") for column in COLUMNS))
            return f"| | {' | '.join(cells)} |"

        lines = [
            "| survey |",
            f"| | type | name | label | {' | '.join(f'bind::fiche:{name}' for name in COLUMNS)} |",
        ]
        lines += [row("date", "jour", dimension="date"), row("text", "village", dimension="place")]
        if self.asks_status:
            lines.append(row("text", "statut", dimension="status", held="oui"))
        lines += [row("integer", name, **tags) for _, name, tags in self.rows]
        if self.repeated:
            lines += [
                row("begin_repeat", "lieu"),
                *(row("integer", name, **tags) for _, name, tags in self.repeated),
            ]
            lines.append(row("end_repeat", ""))
        if self.each:
            lines += [row("begin_repeat", "personne", each=self.each), row("text", "sexe", dimension="sex")]
            lines += [row("text", "age", dimension="age"), row("end_repeat", "")]
        lines += ["| settings |", "| | form_id | version | namespaces |"]
        return "\n".join([*lines, f'| | {form} | 1 | fiche="https://fiche.ong/xforms" |'])


def cells(bands: list[str]) -> st.SearchStrategy[dict[str, str]]:
    """The tags of a head-count cell: those that count who was there, and those that must not be added to them."""
    heads = st.fixed_dictionaries(
        {
            "count": st.sampled_from(["participants", "participants", "trainees", "members"]),
            "sex": st.sampled_from("FM"),
            "age": st.sampled_from(bands),
        },
        optional={"unit": st.just("first_time"), "subset": st.just("disability")},
    )
    beyond = st.fixed_dictionaries(
        {"count": st.just("participants"), "reach": st.sampled_from(["indirect", "media"])}
    )
    return st.one_of(heads, heads, beyond, st.just({"count": "mediations"}))


@st.composite
def forms(draw: st.DrawFn, scheme: AgeScheme) -> Asked:
    """A random form with random sheets."""
    bands = [str(band) for band in scheme] + ["12", "40"]
    drawn = draw(st.lists(cells(bands), max_size=5))
    inside = draw(st.lists(cells(bands), max_size=2))
    each = draw(st.sampled_from(["", "participants", "trainees"]))
    if not (drawn or inside or each):
        drawn = [{"count": "participants", "sex": "F", "age": bands[-3]}]
    form = Asked(
        tuple(("", f"n{number}", tags) for number, tags in enumerate(drawn)),
        draw(st.booleans()),
        tuple(("lieu", f"l{number}", tags) for number, tags in enumerate(inside)),
        each,
    )
    sheet: dict[str, st.SearchStrategy[Any]] = {
        "jour": st.just("2020-03-08"),
        "village": st.sampled_from(["T-NON1", "T-NON2"]),
    }
    if form.asks_status:
        sheet["statut"] = st.sampled_from(["oui", "oui", "reportee", ""])
    sheet |= {name: NUMBERS for _, name, _ in form.rows}
    if form.repeated:
        sheet["lieu"] = st.lists(
            st.fixed_dictionaries({name: NUMBERS for _, name, _ in form.repeated}), max_size=3
        )
    if form.each:
        sheet["personne"] = st.lists(PERSONS, max_size=3)
    form.answers.extend(draw(st.lists(st.fixed_dictionaries(sheet), min_size=1, max_size=4)))
    return form


def counted_directly(station: Station, form: str) -> int:
    """What the tallies say of a form."""
    with station.storage.reading() as db:
        scheme = schemes.scheme_in_use(db)
        total = 0
        for measure in ("participants", "trainees", "members"):
            told = tally_table(db, TallyQuery(measure=measure, filters={"form": (form,)}), {"own": scheme})
            total += told.total
    return total


def derived(
    db: Database, submission_id: int, definition: Definition, scheme: AgeScheme
) -> tuple[Sheet, Derivation]:
    """A stored sheet as the quality rules see it, and its facts."""
    query = "SELECT xml FROM submission_version WHERE submission_id = :id"
    [xml] = db.execute(query, {"id": submission_id}).fetchone()
    root = scopes(parse_instance(xml), definition)
    derivation = derive(root, definition, project_id=1, owner=CsoCode("tagne"))
    arrival = Arrival(submission_id, 1, 1, "", "", None, "", "", "", "", False, ())
    return read_sheet(root, definition, derivation, arrival, scheme), derivation


def month_of(db: Database, project_id: int) -> MonthExpectation:
    """What the plan says of the month, of which nothing was planned."""
    return expected(
        db,
        project_id,
        Field(CsoCode("tagne"), ()),
        Month.parse("2020-03"),
        today=BEGINNING.date(),
        limits=ExpectationLimits(),
    )


@settings(max_examples=25)
@given(data=st.data(), scheme=st.sampled_from(SCHEMES))
def test_everybody_who_tells_the_people_of_a_sheet_tells_the_same_number(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, scheme: AgeScheme
) -> None:
    folder = tmp_path_factory.mktemp("station")
    storage = new_storage(folder / "fiche.db")
    with storage.writing() as db:
        station = Station(
            storage, BlobStore(folder / "blobs"), create_project(db, "P", now=BEGINNING), scheme
        )
        schemes.use(db, scheme)
    asked = data.draw(forms(scheme))
    station.publish(asked.table("fiche"))
    with storage.writing() as db:
        form = find_form(db, station.project_id, "fiche")
        assert form is not None and form.current_definition_id is not None
        definition = load_definition(db, form.current_definition_id)
        for answers in asked.answers:
            xml = instance_xml("fiche", "1", {f"/{name}": answer for name, answer in answers.items()})
            receive(db, station.project_id, Envelope(xml, cso="tagne"), now=BEGINNING)
    roll_up(storage.writing, storage.reading, full=False, now=lambda: BEGINNING)
    facts = people = 0
    present = dict.fromkeys(COLUMN_OF, 0)
    with storage.reading() as db:
        for row in inbox_pages.page(db, InboxQuery((form.id,))):
            sheet, derivation = derived(db, row.id, definition, scheme)
            direct = [
                (cell, n)
                for cell, n in derivation.facts
                if is_present(cell) and group_of(cell.sex, cell.age_band, scheme) != LEFT_OUT
            ]
            assert row.summary.people == sheet.people == sum(n for _, n in direct)
            cells = (row.summary.men, row.summary.women, row.summary.boys, row.summary.girls)
            assert cells == sheet.heads.four
            people += row.summary.people
            facts += sum(n for _, n in direct)
            heads = heads_of(((cell, n) for cell, n in direct if cell.measure == "participants"), scheme)
            present = {name: n + (getattr(heads, name) or 0) for name, n in present.items()}
        month = month_of(db, station.project_id)
        project = find_project(db, station.project_id)
        assert project is not None
        cso = Cso(1, "TAGNE", "Tagne", "2020", None, (1,))
        compiled = compile_month(db, MonthAsked(project, cso, "2020-03"), Known(month, (), {}))
    assert people == facts == total_of(place_counts(month)).people == counted_directly(station, "fiche")
    lines = compiled.lines.get("sessions", ())
    for name, column in COLUMN_OF.items():
        assert sum(line.provisional.get(column, 0) for line in lines) == present[name]
    storage.close()
