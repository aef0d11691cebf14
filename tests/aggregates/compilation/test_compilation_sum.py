"""The sums of a compilation sheet hold for whatever a month brings (domain page § 7)."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from aggregates.compilation.balance import differences
from aggregates.compilation.block_session import session_tabulations, training_tabulations
from aggregates.compilation.column import PEOPLE
from aggregates.compilation.compilation import LINE, TOTAL, Compilation, Header
from aggregates.compilation.contribution import COUNTED, Contribution
from aggregates.compilation.source import STATUSES, PlaceIndex, Source
from aggregates.compilation.tabulation import Tabulation, behind
from aggregates.flags.flag import Flag
from aggregates.plan.planned import Planned
from forms.places.place import Place, locate_all
from sync.counting.cell import Cell
from tests.station import SCHEME

PLACES = locate_all(
    [
        Place("R", "region", "Kayes", "ML"),
        Place("C", "cercle", "Diéma", "R"),
        *(Place(code, "commune", code, "C") for code in ("A", "B")),
        *(Place(code, "village", code.lower(), code[0]) for code in ("A1", "A2", "B1")),
    ]
)[0]
REGISTER = PlaceIndex({place.place.code: place for place in PLACES})
CELLS = {
    str(number): cell
    for number, cell in enumerate(
        [
            *(Cell("participants", unit, "direct", "", sex, band)
              for unit in ("contacts", "first_time")
              for sex in ("M", "F", "")
              for band in ("18+", "5-17", "0-4", "15-24", "20", "")),
            *(Cell("participants", "contacts", reach, "", "", "") for reach in ("indirect", "media")),
            Cell("participants", "contacts", "direct", "disability", "F", ""),
            Cell("participants", "contacts", "direct", "youth", "F", "18-24"),
            Cell("sessions", "events", "direct", "", "", ""),
            Cell("orientations_declared", "events", "direct", "", "", ""),
            Cell("trainees", "contacts", "direct", "", "F", "18+"),
            Cell("trainings", "events", "direct", "", "", ""),
        ]
    )
}  # fmt: skip
VERSIONS = {"seance": 1, "formation": 2}
REVIEWS = (*COUNTED, "rejected", "held")


@st.composite
def months(draw: st.DrawFn) -> Source:
    """A month of sheets of two forms, some with several records, some not held, some with flags."""
    contributions: list[Contribution] = []
    flags: dict[int, tuple[Flag, ...]] = {}
    for sheet in range(1, draw(st.integers(0, 12)) + 1):
        review = draw(st.sampled_from(REVIEWS))
        form = draw(st.sampled_from(("seance", "formation")))
        if draw(st.booleans()):
            flags[sheet] = (Flag(sheet, "late", ""), Flag(sheet, "zone", "", {}, "accepted"))
        for record in range(draw(st.integers(1, 3))):
            status = draw(st.sampled_from(("oui", "reportee", "annulee", "autre", "")))
            took_place = status in ("oui", "")
            facts = draw(st.dictionaries(st.sampled_from(sorted(CELLS)), st.integers(0, 5000), max_size=8))
            contributions.append(
                Contribution(
                    sheet, record, f"uuid:{sheet}", 1, VERSIONS[form], form,
                    draw(st.sampled_from(("A1", "A2", "B1", "A", "C", "nowhere", ""))),
                    draw(st.sampled_from(("causerie", "preche", ""))),
                    "2020-03-01", status, review, 1, record == 0, facts if took_place else {},
                )
            )  # fmt: skip
    planned = draw(
        st.lists(
            st.builds(
                Planned, st.just("tagne"), st.just("2020-03"), st.sampled_from(("A1", "B1", "B", "far")),
                form=st.sampled_from(("", "seance", "formation")), activity=st.sampled_from(("", "causerie")),
                sessions=st.integers(0, 9),
            ),
            max_size=5,
        )
    )  # fmt: skip
    measures = {
        "seance": frozenset({"participants", "sessions"}),
        "formation": frozenset({"trainees", "trainings"}),
    }
    return Source(
        "2020-03", tuple(contributions), CELLS, REGISTER, measures,
        {VERSIONS[form]: counted for form, counted in measures.items()}, SCHEME, tuple(planned), None, flags,
    )  # fmt: skip


def tabulations(source: Source) -> tuple[Tabulation, ...]:
    """How the month is added up."""
    return (*session_tabulations(source), *training_tabulations(source))


def laid_out(source: Source, status: str) -> Compilation:
    """The month's blocks of numbers."""
    header = Header("P", "TAGNE", "Tagné", "2020-03", (), 0, None, 0, 0, 0, 0)
    blocks = [tabulation.block(status) for tabulation in tabulations(source) if status in tabulation.statuses]
    return Compilation(header, status, tuple(blocks))


@given(months())
def test_every_sum_of_every_month_closes(source: Source) -> None:
    for status in STATUSES:
        assert differences(laid_out(source, status)) == ()


@given(months())
def test_the_total_is_every_head_that_counts_and_no_other(source: Source) -> None:
    block = laid_out(source, "provisional").block("sessions")
    assert block
    expected = sum(
        n
        for contribution in source.contributions
        if contribution.form == "seance" and contribution.review in COUNTED
        for key, n in contribution.facts.items()
        if CELLS[key][:4] == ("participants", "contacts", "direct", "") and CELLS[key].age_band != "0-4"
    )
    [total] = block.of_kind(TOTAL)
    assert block.value(total, "total") == expected
    there = [column for column in PEOPLE if block.has(column)]
    assert sum(number(block.value(total, column)) for column in there) == expected


@given(months())
def test_sheets_listed_behind_a_number_add_up_to_it(source: Source) -> None:
    for tabulation in tabulations(source):
        for status in tabulation.statuses:
            block = tabulation.block(status)
            for row in (*block.of_kind(LINE), *block.of_kind(TOTAL)):
                for column in block.columns:
                    if column.is_listed and column.kind == "number":
                        listed = behind(tabulation.lines, row.keys, column.key, status)
                        assert sum(listed.values()) == number(block.value(row, column.key))


@given(months())
def test_each_sheet_is_counted_once_as_a_sheet(source: Source) -> None:
    block = laid_out(source, "provisional").block("sessions")
    assert block
    sheets = {
        contribution.submission_id for contribution in source.contributions if contribution.form == "seance"
    }
    [total] = block.of_kind(TOTAL)
    assert block.value(total, "recues") == len(sheets)


def number(value: Any) -> int:
    """A number, nought where nobody knows it."""
    return value if isinstance(value, int) else 0
