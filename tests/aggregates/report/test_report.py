"""The tables that people read: the source report's own numbers, in its own order."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregates.quality import findings
from aggregates.report.report import band_key, contributions, contributors, is_longer_than
from aggregates.report.table import TallyRow
from aggregates.tallies.query import QueryInvalid, TallyQuery
from aggregates.tallies.tally_queries import sheets_by_review
from tests.aggregates.sheets import CELLS, CLUB, SCHEMES, SESSION, STOPS, Office, session

PLACES = (
    ("KOU", "Koulikoro", "KOU"),
    ("KOU-KOL", "Kolokani", "KOU KOU-KOL"),
    ("KOU-KOL-NON", "Nonkon", "KOU KOU-KOL KOU-KOL-NON"),
    ("T-NON1", "Éléna", "KOU KOU-KOL KOU-KOL-NON T-NON1"),
    ("T-NON2", "Dinguera", "KOU KOU-KOL KOU-KOL-NON T-NON2"),
    ("KAY", "Kayes", "KAY"),
    ("KAY-YEL", "Yélimané", "KAY KAY-YEL"),
    ("KAY-YEL-G", "Guidimé", "KAY KAY-YEL KAY-YEL-G"),
    ("T-GUI1", "Fongou", "KAY KAY-YEL KAY-YEL-G T-GUI1"),
)
VILLAGES = ["T-NON1", "T-NON2", "T-GUI1"]
MONTHS = [f"2020-{month:02d}" for month in range(1, 13)]

SOURCE = {
    "3.2.1, community programmes": (139_327, (21_820, 40_437, 26_779, 50_291)),
    "3.1.2, in school": (8_386, (184, 1_968, 2_957, 3_277)),
    "a table that adds up": (4_820, (1_027, 2_791, 338, 664)),
    "stated 983 too many": (74_861, (15_577, 39_514, 8_219, 10_568)),
    "stated 136 too many": (2_064, (403, 559, 450, 516)),
}


def split(total: int, cuts: list[float]) -> list[int]:
    """`total` in as many parts as there are cuts, and one."""
    edges = [0, *sorted(int(total * cut) for cut in cuts), total]
    return [after - before for before, after in itertools.pairwise(edges)]


CUTS = st.lists(st.floats(0, 1), min_size=7, max_size=7)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    office = Office(tmp_path, SESSION, CLUB, STOPS)
    office.place(*PLACES)
    return office


@pytest.mark.parametrize("table", SOURCE)
@settings(max_examples=5)
@given(data=st.data())
def test_the_tables_of_the_source_report_come_out_however_the_sheets_were_split(
    tmp_path_factory: pytest.TempPathFactory, table: str, data: st.DataObject
) -> None:
    stated, cells = SOURCE[table]
    office = Office(tmp_path_factory.mktemp("office"), SESSION)
    office.place(*PLACES)
    parts = [split(n, data.draw(CUTS)) for n in (*cells, stated)]
    for *heads, total in zip(*parts, strict=True):
        month, village = data.draw(st.sampled_from(MONTHS)), data.draw(st.sampled_from(VILLAGES))
        counts = dict(zip(CELLS, heads, strict=True))
        office.send(
            "seance", session(date_seance=f"{month}-08", village=village, total_fiche=total, **counts)
        )
    office.night()
    men, women, boys, girls = cells
    expected = {("M", "18+"): men, ("F", "18+"): women, ("M", "5-17"): boys, ("F", "5-17"): girls}
    assert list(office.values(by=("sex", "age_band")).items()) == list(expected.items())
    assert office.ask(by=("region", "sex", "age_band")).total == sum(cells)
    assert sum(office.values(by=("month", "village")).values()) == sum(cells)
    with office.storage.reading() as db:
        found = [submission.finding for submission in findings.of_submissions(db, range(1, 9))]
    differences = [flag.details["difference"] for flag in found if flag.rule == "stated_total_mismatch"]
    assert sum(map(int, differences)) == stated - sum(cells)
    office.storage.close()


def test_rows_come_as_men_women_boys_girls_within_each_place_by_name(office: Office) -> None:
    for village in VILLAGES:
        office.send("seance", session(village=village, **dict.fromkeys(CELLS, 3)))
    office.night()
    table = office.ask(by=("region", "village", "sex", "age_band"))
    assert [row.names[:2] for row in table.rows[::4]] == [
        ("Kayes", "Fongou"),
        ("Koulikoro", "Dinguera"),
        ("Koulikoro", "Éléna"),
    ]
    assert [row.keys[2:] for row in table.rows[:4]] == [
        ("M", "18+"),
        ("F", "18+"),
        ("M", "5-17"),
        ("F", "5-17"),
    ]


def test_every_level_of_places_and_periods_adds_up_to_the_same(office: Office) -> None:
    for number, village in enumerate(VILLAGES, 1):
        office.send(
            "seance", session(village=village, date_seance=f"2020-{number * 3:02d}-01", n_femmes=number)
        )
    office.send("seance", session(village="", commune="KAY-YEL-G", n_femmes=10))
    office.night()
    assert office.values(by=("region",)) == {("KAY",): 13, ("KOU",): 3}
    assert office.values(by=("cercle",)) == {("KOU-KOL",): 3, ("KAY-YEL",): 13}
    assert office.values(by=("commune", "village")) == {
        ("KAY-YEL-G", "T-GUI1"): 3,
        ("KAY-YEL-G", ""): 10,
        ("KOU-KOL-NON", "T-NON2"): 2,
        ("KOU-KOL-NON", "T-NON1"): 1,
    }
    assert office.values(by=("quarter",)) == {("2020-Q1",): 11, ("2020-Q2",): 2, ("2020-Q3",): 3}
    assert office.values(by=("year",)) == {("2020",): 16}
    assert office.values(by=("project", "form", "cso", "activity", "setting")) == {
        ("1", "seance", "tagne", "causerie", "hors_ecole"): 16
    }
    assert office.ask(by=("project",)).rows[0].names == ("Spotlight",)


def test_a_place_that_the_gazetteer_does_not_know_is_shown_as_it_was_answered(office: Office) -> None:
    office.send("seance", session(village="T-INCONNU", n_femmes=4))
    office.night()
    assert office.values(by=("region", "village")) == {("", "T-INCONNU"): 4}


def test_subtotals_are_given_for_every_run_of_the_first_dimensions(office: Office) -> None:
    for village in VILLAGES:
        office.send("seance", session(village=village, n_femmes=2, n_filles=1))
    office.night()
    table = office.ask(by=("region", "village", "age_band"))
    totals = [(row.keys, row.names, row.value, row.sheets) for row in table.subtotals]
    assert totals == [
        (("KAY", "T-GUI1"), ("Kayes", "Fongou"), 3, 1),
        (("KOU", "T-NON2"), ("Koulikoro", "Dinguera"), 3, 1),
        (("KOU", "T-NON1"), ("Koulikoro", "Éléna"), 3, 1),
        (("KAY",), ("Kayes",), 3, 1),
        (("KOU",), ("Koulikoro",), 6, 2),
        ((), (), 9, 3),
    ]


def test_a_query_that_finds_nothing_has_a_total_of_nothing(office: Office) -> None:
    office.night()
    table = office.ask(by=("region", "sex"))
    assert (table.rows, table.total) == ([], 0)
    assert table.subtotals == [TallyRow((), (), 0, 0, 0, 0, 0)]
    assert office.ask().total == 0


def test_provisional_and_verified_stand_side_by_side(office: Office) -> None:
    office.send("seance", session(n_femmes=5))
    office.review(office.send("seance", session(n_femmes=7)), "approved")
    office.review(office.send("seance", session(n_femmes=100)), "rejected")
    office.night()
    (row,) = office.ask(by=("village",), status="verified").rows
    assert (row.provisional, row.verified, row.value, row.sheets, row.verified_sheets) == (12, 7, 7, 2, 1)
    assert office.ask(status="verified").total == 7


def test_units_reaches_and_subsets_are_never_mixed(office: Office) -> None:
    office.send("seance", session(n_femmes=25, nv_femmes=5, dont_handicap=2, n_indirect=400, n_mediations=3))
    office.send("seance", session(n_femmes=10))
    office.night()
    assert office.ask().total == 35
    first = office.ask(unit="first_time")
    assert (first.total, first.unit, first.subtotals[-1].sheets) == (5, "first_time", 1)
    assert office.ask(subset="disability").total == 2
    assert office.ask(reach="indirect").total == 400
    assert office.ask(measure="mediations").total == 3
    sessions = office.ask(measure="sessions")
    assert (sessions.total, sessions.unit, sessions.subtotals[-1].sheets) == (2, "events", 2)


def test_filters_take_several_values_and_months_on_both_ends(office: Office) -> None:
    for month, village, osc, heads in (
        ("2020-01", "T-NON1", "tagne", 1),
        ("2020-02", "T-NON2", "tagne", 10),
        ("2020-03", "T-GUI1", "mpdl", 100),
        ("", "T-NON1", "tagne", 1000),
    ):
        date = f"{month}-15" if month else ""
        office.send(
            "seance", session(date_seance=date, village=village, osc=osc, n_femmes=heads, n_filles=heads)
        )
    office.night()
    women = {"age_band": ("18+",)}
    assert office.ask(filters=women).total == 1111
    assert office.ask(filters=women, first_month="2020-01", last_month="2020-02").total == 11
    assert office.ask(filters=women, first_month="2020-02").total == 110
    assert office.ask(filters=women, last_month="2020-02").total == 11
    assert office.ask(filters=women | {"region": ("KOU",)}).total == 1011
    assert office.ask(filters=women | {"village": ("T-NON2", "T-GUI1"), "cso": ("mpdl", "apdf")}).total == 100
    assert office.ask(filters={"sex": ("M",)}).total == 0
    assert office.ask(filters={"project": ("2",)}).total == 0
    assert office.ask(filters=women | {"month": ("",)}).total == 1000
    assert office.values(by=("month",), filters=women)[("",)] == 1000
    assert list(office.values(by=("month",)))[-1] == ("",)


def test_heads_counted_in_a_coarse_band_are_undetailed_in_a_fine_scheme_and_never_spread(
    office: Office,
) -> None:
    office.send("seance", session(n_hommes=4, n_femmes=25, n_filles=14))
    people = [{"sexe": "F", "age": age} for age in (4, 13, 13, 16, 18, 70)] + [{"sexe": "M"}]
    office.send("club", {"jour": "2020-03-08", "village": "T-NON1", "personne": people})
    office.night()
    spotlight = office.ask(by=("sex", "age_band"))
    assert {row.keys: row.value for row in spotlight.rows} == {
        ("M", "18+"): 4,
        ("F", "18+"): 27,
        ("F", "5-17"): 17,
        ("M", "age_unknown"): 1,
    }
    assert (spotlight.total, spotlight.left_out) == (49, 1)
    detail = office.ask(by=("sex", "age_band"), scheme="detail")
    assert [(row.keys, row.value) for row in detail.rows] == [
        (("F", "18-24"), 1),
        (("F", "60+"), 1),
        (("F", "0-4"), 1),
        (("F", "10-14"), 2),
        (("F", "15-17"), 1),
        (("M", "age_undetailed"), 4),
        (("F", "age_undetailed"), 39),
        (("M", "age_unknown"), 1),
    ]
    assert (detail.total, detail.left_out) == (50, 0)
    assert office.ask(scheme="detail", filters={"age_band": ("age_undetailed",)}).total == 43


def test_a_total_is_the_same_whether_or_not_it_is_laid_out_by_age(office: Office) -> None:
    people = [{"sexe": "F", "age": age} for age in range(0, 90, 3)]
    office.send("club", {"jour": "2020-03-08", "village": "T-NON1", "personne": people})
    office.night()
    for scheme in SCHEMES:
        totals = {office.ask(by=by, scheme=scheme).total for by in ((), ("sex",), ("sex", "age_band"))}
        assert len(totals) == 1


@pytest.mark.parametrize(
    ("age", "scheme", "row"),
    [
        ("5-17", "spotlight", "5-17"),
        ("13", "spotlight", "5-17"),
        ("4", "spotlight", "left_out"),
        ("0-4", "spotlight", "left_out"),
        ("0-17", "spotlight", "age_undetailed"),
        ("15-24", "spotlight", "age_undetailed"),
        ("25+", "spotlight", "18+"),
        ("5-17", "jeunes", "age_undetailed"),
        ("18+", "jeunes", "age_undetailed"),
        ("", "jeunes", "age_unknown"),
    ],
)
def test_a_band_has_one_row_in_each_scheme(age: str, scheme: str, row: str) -> None:
    assert band_key(age, SCHEMES[scheme]) == row


def test_one_sheet_of_many_persons_is_one_sheet(office: Office) -> None:
    people = [{"sexe": "F", "age": age} for age in (13, 13, 14, 20)]
    office.send("club", {"jour": "2020-03-08", "village": "T-NON1", "personne": people})
    office.night()
    (row,) = office.ask(by=("village",)).rows
    assert (row.value, row.sheets) == (4, 1)


def test_every_number_can_be_listed_down_to_its_sheets(office: Office) -> None:
    first = office.send("seance", session(n_femmes=25))
    second = office.send("seance", session(n_femmes=5, village="T-GUI1"))
    office.review(second, "approved")
    office.send("seance", session(n_filles=5))
    office.review(office.send("seance", session(n_femmes=5)), "rejected")
    office.night()
    adults = {"age_band": ("18+",)}

    def behind(query: TallyQuery) -> list[int]:
        with office.storage.reading() as db:
            return [contribution.submission_id for contribution in contributions(db, query, SCHEMES)]

    assert behind(TallyQuery(filters=adults)) == [second, first]
    assert behind(TallyQuery(filters=adults | {"region": ("KOU",)})) == [first]
    assert behind(TallyQuery(filters=adults, status="verified")) == [second]


def test_a_scheme_that_is_not_there_is_refused(office: Office) -> None:
    with pytest.raises(QueryInvalid) as refused:
        office.ask(scheme="sante")
    assert refused.value.facts["allowed"] == ("spotlight", "detail", "jeunes")


def test_the_sheets_behind_a_number_add_up_to_it_over_all_pages(office: Office) -> None:
    for heads in range(12):
        sent = office.send("seance", session(n_femmes=heads, n_filles=1, village=VILLAGES[heads % 3]))
        office.review(sent, (None, "approved", "hasIssues", "rejected")[heads % 4])
    stops = [
        {"jour": "2020-03-08", "village": village, "etat": "oui", "femmes": 3}
        for village in ("T-NON1", "T-NON1", "T-GUI1")
    ]
    office.send("caravane", {"depart": "2020-03-08", "osc": "tagne", "etape": stops})
    office.night()
    for status in ("provisional", "verified"):
        for filters in (
            {},
            {"sex": ("F",), "age_band": ("18+",)},
            {"village": ("T-NON1",)},
            {"region": ("KAY",)},
        ):
            query = TallyQuery(filters=filters, status=status)
            with office.storage.reading() as db:
                found, before = [], None
                while page := contributions(db, query, SCHEMES, before=before, limit=2):
                    found += page
                    before = page[-1].submission_id
                assert contributors(db, query, SCHEMES) == len(found)
                assert contributors(db, query, SCHEMES, most=1) == min(1, len(found))
            ids = [share.submission_id for share in found]
            assert ids == sorted(set(ids), reverse=True)
            assert sum(share.n for share in found) == office.ask(filters=filters, status=status).total
            assert all(share.n > 0 for share in found)


@pytest.mark.parametrize("by", [("village",), ("village", "sex"), ("activity", "village", "sex", "age_band")])
def test_a_table_that_would_be_too_long_is_told_before_it_is_made(
    office: Office, by: tuple[str, ...]
) -> None:
    for heads in range(9):
        sent = session(n_femmes=heads, n_filles=1, village=VILLAGES[heads % 3])
        office.send("seance", sent)
    office.night()
    query = TallyQuery(by=by)
    rows = len(office.ask(by=by).rows)
    with office.storage.reading() as db:
        assert is_longer_than(db, query, SCHEMES, rows - 1)
        assert not is_longer_than(db, query, SCHEMES, 100)
        assert not is_longer_than(db, TallyQuery(by=by, filters={"village": ("nowhere",)}), SCHEMES, 0)


def test_sheets_are_counted_by_review_once_each_held_or_not(office: Office) -> None:
    office.send("seance", session(n_femmes=5))
    office.send("seance", session(n_femmes=5, statut="annulee", village="T-GUI1"))
    office.review(office.send("seance", session(n_femmes=7)), "approved")
    office.review(office.send("seance", session(n_femmes=7)), "rejected")
    stops = [
        {"jour": "2020-03-08", "village": village, "etat": "oui", "femmes": 3}
        for village in ("T-GUI1", "T-GUI1", "T-NON1")
    ]
    office.send("caravane", {"depart": "2020-03-08", "osc": "tagne", "etape": stops})
    office.night()
    with office.storage.reading() as db:
        assert sheets_by_review(db, TallyQuery()) == {"received": 3, "approved": 1, "rejected": 1}
        assert sheets_by_review(db, TallyQuery(filters={"village": ("T-GUI1",)})) == {"received": 2}
        assert sheets_by_review(db, TallyQuery(filters={"region": ("KOU",)})) == {
            "received": 2, "approved": 1, "rejected": 1,
        }  # fmt: skip
        assert sheets_by_review(db, TallyQuery(first_month="2020-04")) == {}
