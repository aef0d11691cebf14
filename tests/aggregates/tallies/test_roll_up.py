"""The night: whatever happened during the day, and however often it is cut off, the numbers are the same."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregates.quality import findings
from aggregates.tallies import roll_up, roll_up_runs
from aggregates.tallies.roll_up import RollUpOvertaken
from sync import changes
from tests.aggregates.sheets import CELLS, CLUB, NIGHT, SESSION, STOPS, Office, session

COUNTS = st.integers(0, 40)
MAYBE = st.one_of(COUNTS, st.just(""), st.just("douze"))
DAYS = st.sampled_from(["2020-03-08", "2020-04-01", "", "hier"])
VILLAGES = st.sampled_from(["T-NON1", "T-NON2", ""])
SESSIONS = st.builds(
    session,
    date_seance=DAYS,
    village=VILLAGES,
    statut=st.sampled_from(["oui", "oui", "oui", "reportee"]),
    n_hommes=MAYBE,
    n_femmes=MAYBE,
    nv_femmes=MAYBE,
    total_fiche=MAYBE,
)
PEOPLE = st.fixed_dictionaries(
    {}, optional={"sexe": st.sampled_from("MFx"), "age": st.integers(0, 90), "annee": st.integers(1950, 2025)}
)
CLUBS = st.fixed_dictionaries(
    {"jour": DAYS, "village": VILLAGES, "personne": st.lists(PEOPLE, max_size=4)},
)
STATIONS = st.fixed_dictionaries(
    {
        "village": VILLAGES,
        "etat": st.sampled_from(["oui", "annulee"]),
        "femmes": COUNTS,
        "jour": DAYS,
    }
)
CARAVANS = st.fixed_dictionaries({"depart": DAYS, "etape": st.lists(STATIONS, max_size=3)})
SHEETS = st.one_of(
    st.tuples(st.just("seance"), SESSIONS),
    st.tuples(st.just("club"), CLUBS),
    st.tuples(st.just("caravane"), CARAVANS),
)
WHICH = st.integers(0, 30)
STATES = st.sampled_from([None, "hasIssues", "approved", "rejected"])
EVENTS = st.one_of(
    st.tuples(st.just("send"), SHEETS),
    st.tuples(st.just("send"), SHEETS),
    st.tuples(st.just("edit"), WHICH, SHEETS),
    st.tuples(st.just("review"), WHICH, STATES),
    st.tuples(st.just("delete"), WHICH, st.sampled_from(["2020", None])),
    st.tuples(st.just("night")),
)


def happen(office: Office, sheets: list[tuple[int, str]], event: tuple[Any, ...]) -> None:
    """Let one thing happen; what is about a sheet is about the n-th that came, if there is one."""
    if event[0] == "night":
        office.night()
    elif event[0] == "send":
        form, answers = event[1]
        sheets.append((office.send(form, answers), form))
    elif sheets:
        submission_id, form = sheets[event[1] % len(sheets)]
        if event[0] == "edit" and event[2][0] == form:
            office.edit(submission_id, *event[2])
        elif event[0] == "review":
            office.review(submission_id, event[2])
        elif event[0] == "delete":
            office.delete(submission_id, at=event[2])


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path, SESSION, CLUB, STOPS)


@settings(max_examples=25)
@given(events=st.lists(EVENTS, max_size=25), batch=st.integers(1, 5))
def test_incremental_full_and_rebuilt_tables_are_the_same_whatever_happened(
    tmp_path_factory: pytest.TempPathFactory, events: list[tuple[Any, ...]], batch: int
) -> None:
    office = Office(tmp_path_factory.mktemp("office"), SESSION, CLUB, STOPS)
    sheets: list[tuple[int, str]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(roll_up, "BATCH", batch)
        patch.setattr(roll_up, "GRAINS_A_CHECK", batch)
        for event in events:
            happen(office, sheets, event)
        office.night()
        incremental = office.derived_tables()
        run = office.night(full=True)
        assert run.tallies == 0
        assert office.derived_tables() == incremental
        office.empty_derived_tables()
        office.night()
        assert office.derived_tables() == incremental
        office.empty_derived_tables()
        office.night(full=True)
        assert office.derived_tables() == incremental
    office.storage.close()


@settings(max_examples=15)
@given(events=st.lists(EVENTS, max_size=15))
def test_the_tallies_are_the_sums_of_the_facts_in_portable_sql(
    tmp_path_factory: pytest.TempPathFactory, events: list[tuple[Any, ...]]
) -> None:
    office = Office(tmp_path_factory.mktemp("office"), SESSION, CLUB, STOPS)
    sheets: list[tuple[int, str]] = []
    for event in [*events, ("night",)]:
        happen(office, sheets, event)
    with office.storage.reading() as db:
        summed = db.execute(
            """
            SELECT r.grain_id, f.cell_id,
                SUM(CASE WHEN r.review = 'received' THEN f.n ELSE 0 END),
                SUM(CASE WHEN r.review = 'edited' THEN f.n ELSE 0 END),
                SUM(CASE WHEN r.review = 'has_issues' THEN f.n ELSE 0 END),
                SUM(CASE WHEN r.review = 'approved' THEN f.n ELSE 0 END),
                COUNT(DISTINCT f.submission_id),
                COUNT(DISTINCT CASE WHEN r.review = 'approved' THEN f.submission_id END)
            FROM record AS r
            JOIN fact AS f ON f.submission_id = r.submission_id AND f.record = r.number
            WHERE r.review NOT IN ('rejected', 'held')
            GROUP BY 1, 2 ORDER BY 1, 2
            """
        ).fetchall()
        assert db.execute("SELECT * FROM tally ORDER BY 1, 2").fetchall() == summed
    office.storage.close()


def test_each_review_state_has_its_column_and_a_rejected_sheet_none(office: Office) -> None:
    for number, state in enumerate([None, "edited", "hasIssues", "approved", "rejected"]):
        office.review(office.send("seance", session(n_femmes=10**number)), state)
    office.night()
    with office.storage.reading() as db:
        tallies = db.execute(
            """
            SELECT received, edited, has_issues, approved, sheets, approved_sheets
            FROM tally JOIN cell ON cell.id = cell_id WHERE measure = 'participants'
            """
        ).fetchall()
    assert tallies == [(1, 10, 100, 1000, 4, 1)]
    table = office.ask()
    assert (table.provisional_total, table.verified_total) == (1111, 1000)


def test_an_edited_sheet_counts_with_its_latest_version_only(office: Office) -> None:
    sheet = office.send("seance", session(n_femmes=25))
    office.night()
    office.edit(sheet, "seance", session(n_femmes=24, village="T-NON2", date_seance="2020-04-01"))
    office.night()
    assert office.values(by=("month", "village")) == {("2020-04", "T-NON2"): 24}
    with office.storage.reading() as db:
        assert db.execute("SELECT COUNT(*) FROM grain").fetchone() == (1,)


def test_a_deleted_sheet_takes_its_numbers_and_findings_with_it(office: Office) -> None:
    sheet = office.send("seance", session(n_femmes=25, total_fiche=26))
    office.night()
    office.delete(sheet)
    office.night()
    assert all(not rows for rows in office.derived_tables().values())
    office.delete(sheet, at=None)
    office.night()
    assert office.ask().provisional_total == 25


def test_a_purged_sheet_is_gone_after_the_next_full_roll_up(office: Office) -> None:
    sheets = [office.send("seance", session(n_femmes=n, total_fiche=99)) for n in (1, 10, 100)]
    office.night()
    office.purge(sheets[0])
    office.purge(sheets[2])
    office.night(full=True)
    assert office.ask().provisional_total == 10
    office.purge(sheets[1])
    office.night(full=True)
    assert all(not rows for rows in office.derived_tables().values())


def test_an_unreadable_sheet_does_not_stop_the_night(office: Office) -> None:
    broken = office.send("seance", session(n_femmes=1))
    office.send("seance", session(n_femmes=25))
    with office.storage.writing() as db:
        db.execute("UPDATE submission_version SET xml = x'3C' WHERE submission_id = ?", [broken])
    run = office.night()
    assert (run.submissions, run.error) == (2, None)
    assert office.ask().provisional_total == 25
    with office.storage.reading() as db:
        (found,) = findings.of_submissions(db, [broken])
    assert (found.finding.rule, found.finding.details) == (
        "unreadable_sheet",
        {"reason": "InstanceUnreadable"},
    )


def test_a_definition_that_cannot_be_read_does_not_stop_the_night(tmp_path: Path) -> None:
    office = Office(tmp_path, SESSION, CLUB)
    with office.storage.writing() as db:
        db.execute("UPDATE form_definition SET xml = x'3C', sha256 = 'broken' WHERE form_id = 2")
        db.execute("UPDATE form_definition SET id = 900002 WHERE form_id = 2")
    office.definitions["club"] = 900_002  # an id that no other test has read
    club = office.send("club", {"jour": "2020-03-08", "personne": [{"sexe": "F"}]})
    office.send("seance", session(n_femmes=25))
    office.night()
    assert office.ask().provisional_total == 25
    with office.storage.reading() as db:
        assert [submission.finding.rule for submission in findings.of_submissions(db, [club])] == [
            "unreadable_sheet"
        ]


class Lightning(Exception):
    """The plug is pulled."""


def test_a_night_that_is_cut_off_goes_on_where_it_was(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roll_up, "BATCH", 2)
    for n in range(7):
        office.send("seance", session(n_femmes=2**n))

    def strike(done: int, total: int) -> None:
        assert total == 7
        if done == 4:
            raise Lightning

    with pytest.raises(Lightning):
        roll_up.roll_up(
            office.storage.writing, office.storage.reading, full=False, now=lambda: NIGHT, progress=strike
        )
    assert office.ask().provisional_total == 0b1111
    run = office.night()
    assert (run.submissions, office.ask().provisional_total) == (3, 0b1111111)
    with office.storage.reading() as db:
        assert [run.error for run in roll_up_runs.latest(db, limit=5)] == [None, "Lightning"]


def test_a_run_that_never_wrote_its_end_is_marked_by_the_next(office: Office) -> None:
    with office.storage.writing() as db:
        roll_up_runs.start(db, "full", now=NIGHT)
    office.night()
    with office.storage.reading() as db:
        assert [run.error for run in roll_up_runs.latest(db, limit=5)] == [None, "interrupted"]


def test_a_sheet_that_changes_while_its_batch_is_derived_is_taken_again_the_next_time(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = office.send("seance", session(n_femmes=25))
    derived = roll_up._derived
    edits = [session(n_femmes=24)]

    def meanwhile(*arguments: Any) -> Any:
        if edits:
            office.edit(sheet, "seance", edits.pop())
        return derived(*arguments)

    monkeypatch.setattr(roll_up, "_derived", meanwhile)
    for full, before, after in ((False, 25, 24), (True, 24, 23)):
        office.night(full=full)
        assert office.ask().provisional_total == before
        office.night()
        assert office.ask().provisional_total == after
        edits.append(session(n_femmes=23))


def test_two_roll_ups_at_once_are_noticed(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    office.send("seance", session(n_femmes=25))
    derived = roll_up._derived

    def other(*arguments: Any) -> Any:
        monkeypatch.setattr(roll_up, "_derived", derived)
        office.night()
        return derived(*arguments)

    monkeypatch.setattr(roll_up, "_derived", other)
    with pytest.raises(RollUpOvertaken):
        office.night()
    assert office.ask().provisional_total == 25


def test_a_full_roll_up_mends_tallies_that_somebody_changed(office: Office) -> None:
    for n in (1, 10):
        office.send("seance", session(n_femmes=n, n_filles=n, village=f"T-NON{n}"))
    office.night()
    right = office.derived_tables()
    with office.storage.writing() as db:
        db.execute(
            "UPDATE tally SET received = received + 1 WHERE cell_id = (SELECT MIN(cell_id) FROM tally)"
        )
        db.execute("DELETE FROM tally WHERE cell_id = (SELECT MAX(cell_id) FROM tally)")
        db.execute("INSERT INTO tally SELECT 5, cell_id, 1, 0, 0, 0, 1, 0 FROM tally LIMIT 1")
        db.execute("UPDATE sheet_tally SET sheets = 9")
        db.execute("UPDATE cell SET facts = 9")
    office.night(full=True)
    assert office.derived_tables() == right


def test_a_resend_and_a_second_night_move_nothing(office: Office) -> None:
    sheet = office.send("seance", session(**dict.fromkeys(CELLS, 3)))
    assert office.night().tallies == 5
    assert office.night().submissions == 0
    with office.storage.writing() as db:
        changes.append(db, sheet, "attachment", NIGHT)
    run = office.night()
    assert (run.submissions, run.tallies) == (1, 0)


def test_the_callers_lock_is_held_for_the_whole_run(office: Office) -> None:
    class Lock:
        held = False

        def __enter__(self) -> None:
            self.held = True

        def __exit__(self, *reason: object) -> None:
            self.held = False

    lock = Lock()
    seen: list[bool] = []
    office.send("seance", session(n_femmes=1))
    roll_up.roll_up(
        office.storage.writing,
        office.storage.reading,
        full=True,
        now=lambda: NIGHT,
        progress=lambda done, total: seen.append(lock.held),
        alone=lock,
    )
    assert seen and all(seen) and not lock.held
