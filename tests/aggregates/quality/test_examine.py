"""The examination: the same findings in whatever order things happen, flags that end in a decision, held sheets."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregates.flags import flags
from aggregates.flags.decide import FlagChanged, FlagDecisionUnknown, FlagReasonMissing, decide_on_flag
from aggregates.quality import examine, fingerprints
from aggregates.quality.threshold import Thresholds
from aggregates.tallies.roll_up import roll_up
from forms.base.blobs import BlobStore
from forms.base.by import By
from sync.review import decisions
from tests.aggregates.sheets import CLUB, NIGHT, SESSION, Office, session

FORM = SESSION.replace(
    "| | date | date_seance",
    "| | start | start | | | | | | | | | | | | |\n| | end | end | | | | | | | | | | | | |\n"
    "| | integer | duree_min | Durée | | | | | | | | | | | |\n"
    "| | geopoint | gps | Position | | | | | | | | | | | |\n"
    "| | text | mecanisme | Groupe | | mechanism | | | | | | | | | |\n| | date | date_seance",
)
NARROW = Thresholds(
    outlier_factor=2,
    outlier_least_sheets=2,
    outlier_months=2,
    sessions_a_day=2,
    repeated_sheets=2,
    round_sheets=3,
    usual_max_otherwise=60,
    usual_max={},
)
NUMBERS = st.sampled_from([0, 5, 10, 10, 90])
ANSWERS = st.builds(
    session,
    date_seance=st.sampled_from([*["2020-03-08"] * 4, "2020-03-09", "2020-03-11", "2020-04-01", ""]),
    village=st.sampled_from(["T-NON1", "T-NON1", "T-NON2"]),
    type_activite=st.sampled_from(["causerie", "causerie", "visite_domicile"]),
    statut=st.sampled_from([*["oui"] * 6, "annulee"]),
    start=st.sampled_from(["2020-03-08T10:00:00.000Z", "2020-03-08T10:40:00.000Z", ""]),
    duree_min=st.sampled_from([30, 90]),
    n_hommes=NUMBERS,
    n_femmes=NUMBERS,
)
SENDINGS = st.fixed_dictionaries(
    {
        "answers": ANSWERS,
        "animator": st.sampled_from([7, 7, 8, None]),
        "cso": st.sampled_from(["tagne", "tagne", "apdf"]),
        "received": st.builds(lambda hours: NIGHT - timedelta(hours=hours), st.integers(0, 3)),
        "photo": st.sampled_from(["", "", "", "ab", "cd"]),
    }
)
WHICH = st.integers(0, 30)
SENDS = st.tuples(st.just("send"), SENDINGS)
EVENTS = st.one_of(
    SENDS,
    st.tuples(st.just("edit"), WHICH, ANSWERS),
    st.tuples(st.just("review"), WHICH, st.sampled_from([None, "approved", "rejected"])),
    st.tuples(st.just("delete"), WHICH, st.sampled_from(["2020", None])),
    st.tuples(st.just("examine")),
    st.tuples(st.just("night")),
)


def office_in(folder: Path) -> Office:
    """An office with two villages, of which one is small."""
    office = Office(folder, FORM)
    office.place(
        ("T-NON1", "Nonkon", "KOU KOU-KOL KOU-KOL-NON T-NON1"),
        ("T-NON2", "Guihoyo", "KOU KOU-KOL KOU-KOL-NON T-NON2"),
    )
    with office.storage.writing() as db:
        db.execute("UPDATE place SET population = 60 WHERE code = 'T-NON1'")
    return office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return office_in(tmp_path)


def happen(office: Office, sheets: list[int], event: tuple[Any, ...]) -> None:
    """Let one thing happen."""
    if event[0] == "send":
        told = dict(event[1])
        sheets.append(office.send("seance", told.pop("answers"), **told))
    elif event[0] == "examine":
        office.examine()
    elif event[0] == "night":
        office.night()
    elif sheets:
        which = sheets[event[1] % len(sheets)]
        if event[0] == "edit":
            office.edit(which, "seance", event[2])
        elif event[0] == "review":
            office.review(which, event[2])
        else:
            office.delete(which, at=event[2])


@settings(max_examples=60)
@given(
    first=st.lists(SENDS, min_size=3, max_size=9),
    events=st.lists(EVENTS, min_size=1, max_size=9),
    batch=st.integers(1, 4),
    most=st.sampled_from([1, 2, fingerprints.AT_MOST]),
)
def test_findings_and_counts_are_the_same_whatever_the_order_and_in_whatever_pieces(
    tmp_path_factory: pytest.TempPathFactory,
    first: list[tuple[Any, ...]],
    events: list[tuple[Any, ...]],
    batch: int,
    most: int,
) -> None:
    office = office_in(tmp_path_factory.mktemp("office"))
    office.thresholds = NARROW
    sheets: list[int] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(examine, "BATCH", batch)
        patch.setattr(fingerprints, "AT_MOST", most)
        patch.setattr(fingerprints, "COUNTED", most)
        for event in [*first, ("examine",), *events]:
            happen(office, sheets, event)
        office.night()
        in_pieces = office.derived_tables()
        office.night(full=True)
        assert office.derived_tables() == in_pieces
        office.empty_derived_tables()
        office.night()
        assert office.derived_tables() == in_pieces
        assert in_pieces["to_compare"] == []
    office.storage.close()


def test_another_threshold_or_register_examines_every_sheet_again(office: Office) -> None:
    first = office.send("seance", session(n_femmes=70, n_hommes=1))
    assert office.examine().sheets == 1
    assert set(office.flags(first)) == {"late", "more_than_population"}
    assert office.examine().sheets == 0
    office.thresholds = replace(office.thresholds, late_days=400)
    assert office.examine().sheets == 1
    assert set(office.flags(first)) == {"more_than_population"}
    with office.storage.writing() as db:
        db.execute("UPDATE place SET population = 100")
    office.examine()
    assert office.flags(first) == {}


def test_a_phone_that_sends_twice_by_hand_is_flagged_once_and_follows_the_first_sheet(office: Office) -> None:
    answers = session(n_femmes=25, n_hommes=3)
    first = office.send("seance", answers, animator=7, cso="tagne", received=NIGHT - timedelta(days=1))
    second = office.send("seance", answers, animator=7, cso="tagne")
    office.examine()
    assert "duplicate" not in office.flags(first)
    flag = office.flags(second)["duplicate"]
    assert (flag.details["other"], flag.details["other_instance"]) == (first, "uuid:1")
    office.review(first, "rejected")
    office.examine()
    assert "duplicate" not in office.flags(second)
    office.review(first, None)
    office.examine()
    assert "duplicate" in office.flags(second)
    office.delete(first)
    office.examine()
    assert "duplicate" not in office.flags(second)


def test_a_phone_that_sends_the_same_sheet_for_hours_is_told_by_the_first_of_them(office: Office) -> None:
    many = fingerprints.AT_MOST + 20
    sheets = [
        office.send("seance", session(n_femmes=25), animator=7, cso="tagne", photo="ab") for _ in range(many)
    ]
    office.examine()
    found = [office.flags(sheet) for sheet in sheets]
    assert {flags["duplicate"].details["other"] for flags in found[1:]} == {sheets[0]}
    assert found[-1]["too_many_sessions"].details["sessions"] == many


def test_home_visits_are_no_sessions_of_the_day(office: Office) -> None:
    """Eight visits of a morning leave the talks of the afternoon alone; talks beyond the limit are counted alone."""
    limit = office.thresholds.sessions_a_day
    visits = [
        office.send("seance", session(n_femmes=1, type_activite="visite_domicile"), animator=7)
        for _ in range(limit + 2)
    ]
    talks = [office.send("seance", session(n_femmes=20 + number), animator=7) for number in range(limit + 1)]
    office.examine()
    assert not [sheet for sheet in (*visits, *talks[:-1]) if "too_many_sessions" in office.flags(sheet)]
    assert office.flags(talks[-1])["too_many_sessions"].details["sessions"] == limit + 1


def test_the_same_picture_on_a_sheet_of_another_village_is_found(office: Office) -> None:
    first = office.send("seance", session(n_femmes=25), photo="ab")
    other = office.send("seance", session(n_femmes=4, village="T-NON2", date_seance="2020-04-01"), photo="ab")
    office.examine()
    assert office.flags(other)["duplicate"].details["case"] == "photo"
    office.delete(first)
    office.examine()
    assert "duplicate" not in office.flags(other)


def test_a_held_sheet_is_not_counted_until_somebody_accepts_it(office: Office) -> None:
    sheet = office.send("seance", session(n_mediations=1))
    office.night()
    flag = office.flags(sheet)["no_participants"]
    assert (flag.severity, flag.is_open) == ("hold", True)
    assert office.ask(measure="sessions").provisional_total == 0
    assert reviews_of(office) == ["held"]
    with pytest.raises(FlagReasonMissing):
        office.decide(flag, "accepted", " ")
    with pytest.raises(FlagDecisionUnknown):
        office.decide(flag, "forgotten")
    office.decide(flag, "accepted", "La pluie a fait fuir tout le monde")
    office.night()
    assert office.ask(measure="sessions").provisional_total == 1
    decided = office.flags(sheet)["no_participants"]
    assert (decided.decision, decided.reason, decided.actor_id) == (
        "accepted",
        "La pluie a fait fuir tout le monde",
        5,
    )
    office.decide(decided, "", "")
    office.night()
    assert office.ask(measure="sessions").provisional_total == 0


def test_a_held_sheet_that_was_accepted_is_asked_about_again_for_another_event(office: Office) -> None:
    sheet = office.send("seance", session(n_mediations=1))
    office.night()
    office.decide(office.flags(sheet)["no_participants"], "accepted", "La pluie a fait fuir tout le monde")
    office.edit(sheet, "seance", session(n_mediations=2))
    office.night()
    assert not office.flags(sheet)["no_participants"].is_open
    for answers in ({"n_hommes": 3}, {"date_seance": "2020-03-12"}):
        office.edit(sheet, "seance", session(**answers))
        office.night()
    assert office.flags(sheet)["no_participants"].is_open
    assert office.ask(measure="sessions").provisional_total == 0


@pytest.mark.parametrize("full", [False, True])
def test_what_comes_between_the_examination_and_the_roll_up_counts_the_next_time(
    office: Office, full: bool
) -> None:
    first = office.send("seance", session(n_femmes=25))
    office.night()
    office.edit(first, "seance", session(n_femmes=24))
    office.examine()
    office.edit(first, "seance", session(n_femmes=23))
    office.send("seance", session(n_mediations=1))
    for way in (full, not full):
        roll_up(office.storage.writing, office.storage.reading, full=way, now=lambda: NIGHT)
        assert office.ask().provisional_total == 25
        assert office.ask(measure="sessions").provisional_total == 1
    office.night(full=full)
    assert office.ask().provisional_total == 23
    assert sorted(reviews_of(office)) == ["edited", "held"]


def reviews_of(office: Office) -> list[str]:
    """The review classes of all records."""
    return [row[5] for row in office.derived_tables()["record"]]


def test_approving_a_held_sheet_decides_and_taking_that_back_holds_it_again(office: Office) -> None:
    sheet = office.send("seance", session(n_mediations=1))
    office.night()
    with office.storage.writing() as db:
        seen = decisions.seen_now(db, sheet)
        decisions.decide(db, [seen], "approved", reason="vu sur place", batch="b", by=By(5, NIGHT))
    office.night()
    assert office.ask(measure="sessions").verified_total == 1
    flag = office.flags(sheet)["no_participants"]
    assert (flag.decision, flag.reason, flag.actor_id) == ("accepted", "vu sur place", 5)
    with office.storage.writing() as db:
        assert decisions.undo(db, "b", actor_id=5, now=NIGHT) == (1, 0)
    office.night()
    assert office.ask(measure="sessions").provisional_total == 0
    assert office.flags(sheet)["no_participants"].is_open


def test_asking_for_a_correction_and_rejecting_change_the_sheet_with_the_reason(office: Office) -> None:
    sheets = [office.send("seance", session(n_femmes=25, total_fiche=30)) for _ in range(2)]
    office.night()
    for sheet, decision in zip(sheets, ("correction", "rejected"), strict=True):
        office.decide(office.flags(sheet)["stated_total_mismatch"], decision, "Recomptez la liste")
    office.night()
    with office.storage.reading() as db:
        states = [decisions.seen_now(db, sheet).state for sheet in sheets]
        remarks = [row[0] for row in db.execute("SELECT body FROM submission_comment ORDER BY id")]
        assert [decision.after for decision in decisions.of_submission(db, sheets[0])] == ["hasIssues"]
    assert states == ["hasIssues", "rejected"]
    assert remarks == ["Recomptez la liste"] * 2
    assert office.ask().provisional_total == 25
    assert all(flag.decision == "rejected" for flag in office.flags(sheets[1]).values())


def test_of_two_who_decide_on_a_flag_at_once_one_is_told(office: Office) -> None:
    sheet = office.send("seance", session(n_femmes=25, total_fiche=30))
    office.night()
    seen = office.flags(sheet)["stated_total_mismatch"]
    office.decide(seen, "accepted", "Le total comptait les mentores")
    with pytest.raises(FlagChanged):
        office.decide(seen, "rejected", "Faux")
    with office.storage.reading() as db:
        assert decisions.seen_now(db, sheet).state == ""


def test_a_flag_that_changed_meanwhile_is_not_decided_on(office: Office) -> None:
    sheet = office.send("seance", session(n_femmes=25, total_fiche=30))
    office.night()
    seen = office.flags(sheet)["stated_total_mismatch"]
    office.edit(sheet, "seance", session(n_femmes=25, total_fiche=31))
    office.night()
    with pytest.raises(FlagChanged), office.storage.writing() as db:
        decide_on_flag(db, seen, "accepted", reason="bon", by=By(None, NIGHT))


def test_a_decision_outlives_numbers_that_drift_with_other_sheets(office: Office) -> None:
    office.thresholds = NARROW
    for n in (10, 11, 12):
        office.send("seance", session(n_femmes=n, village="T-NON2"), cso="tagne")
    big = office.send("seance", session(n_femmes=55), cso="tagne")
    office.night()
    flag = office.flags(big)["outlier"]
    assert flag.details == {"people": 55, "usual": 11, "sheets": 4}
    office.decide(flag, "accepted", "Jour de marché")
    office.send("seance", session(n_femmes=13, village="T-NON2"), cso="tagne")
    office.night()
    later = office.flags(big)["outlier"]
    assert later.details == {"people": 55, "usual": 12, "sheets": 5}
    assert (later.decision, later.is_open) == ("accepted", False)
    office.edit(big, "seance", session(n_femmes=56))
    office.night()
    assert office.flags(big)["outlier"].is_open


def test_what_only_informs_waits_for_nobody(office: Office) -> None:
    sheet = office.send(
        "seance",
        session(n_femmes=25, start="2020-03-08T10:00:00.000Z", end="2020-03-08T10:00:20.000Z"),
        received=datetime(2020, 3, 9, tzinfo=UTC),
    )
    office.examine()
    flag = office.flags(sheet)["filled_fast"]
    assert flag.details == {"seconds": 20}
    assert not flag.is_open


def test_the_list_of_mechanisms_that_a_form_offers_is_asked(office: Office, tmp_path: Path) -> None:
    office.blobs = BlobStore(tmp_path / "blobs")
    blob = office.blobs.put(b"name,label,commune,type\nCDM-1,Club,KOU-KOL-NON,cdm\n")
    with office.storage.writing() as db:
        db.execute(
            "INSERT INTO form_media (definition_id, name, sha256, md5, size, media_type)"
            " VALUES (1, 'mecanismes.csv', ?, ?, ?, 'text/csv')",
            (blob.sha256, blob.md5, blob.size),
        )
    known, unknown = (
        office.send("seance", session(n_femmes=9, mecanisme=code, village="T-NON2"))
        for code in ("CDM-1", "CDM-2")
    )
    office.examine()
    assert "mechanism_closed" not in office.flags(known)
    assert office.flags(unknown)["mechanism_closed"].path == "/mecanisme"


def test_persons_on_a_sheet_of_individuals_are_looked_at_one_by_one(tmp_path: Path) -> None:
    office = Office(tmp_path, CLUB)
    people: list[Mapping[str, object]] = [{"sexe": "F", "age": 17}, {"sexe": "M", "age": 3}, {"annee": 1890}]
    sheet = office.send("club", {"jour": "2020-03-08", "village": "T-NON1", "personne": people})
    office.examine()
    with office.storage.reading() as db:
        found = flags.of_submissions(db, [sheet])[sheet]
    ages = {flag.path: flag.details["age"] for flag in found if flag.rule == "age_out_of_range"}
    assert ages == {"/personne[2]/age": 3, "/personne[3]/annee": 130}
