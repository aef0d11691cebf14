"""Decisions: kept with their reason, refused when somebody was faster, taken back as one."""

from datetime import UTC, datetime

import pytest

from forms.base.by import By
from sync.lists.inbox_pages import InboxQuery, page
from sync.review import comments, decisions
from sync.review.decisions import Seen
from tests.station import Station
from tests.sync.club import club, form_of, send

NOW = datetime(2020, 3, 8, 9, 5, tzinfo=UTC)


@pytest.fixture
def station(station: Station) -> Station:
    """Three sheets of a club."""
    station.publish(club())
    for number in (1, 2, 3):
        send(station, number, {"/presents": number}, cso="TAGNE" if number < 3 else "APDF")
    return station


def states(station: Station) -> dict[int, str | None]:
    """The review state of each sheet."""
    with station.storage.reading() as db:
        return dict(db.execute("SELECT id, review_state FROM submission ORDER BY id").fetchall())


def decide(
    station: Station, *seen: Seen, state: str | None, reason: str = "", batch: str = "a"
) -> list[Seen]:
    """A decision of person 7."""
    with station.storage.writing() as db:
        return decisions.decide(db, seen, state, reason=reason, batch=batch, by=By(7, NOW))


def test_a_decision_keeps_its_reason_and_is_taken_back_as_one(station: Station) -> None:
    overtaken = decide(station, Seen(1, 1, ""), Seen(2, 1, ""), state="hasIssues", reason="Vérifiez")
    assert overtaken == []
    assert states(station) == {1: "hasIssues", 2: "hasIssues", 3: None}
    with station.storage.writing() as db:
        assert [decision.reason for decision in decisions.of_submission(db, 1)] == ["Vérifiez"]
        assert [comment.body for comment in comments.of_submission(db, 1)] == ["Vérifiez"]
        assert decisions.undo(db, "a", actor_id=8, now=NOW) == (0, 0)  # not hers to take back
        assert decisions.undo(db, "a", actor_id=7, now=NOW) == (2, 0)
        assert decisions.undo(db, "a", actor_id=7, now=NOW) == (0, 0)
    assert set(states(station).values()) == {None}


def test_whoever_was_slower_is_told_and_changes_nothing(station: Station) -> None:
    decide(station, Seen(1, 1, ""), state="approved")
    assert decide(station, Seen(1, 1, ""), Seen(2, 1, ""), state="rejected", batch="b") == [Seen(1, 1, "")]
    assert states(station) == {1: "approved", 2: "rejected", 3: None}
    send(station, 4, {"/presents": 9}, deprecated_id="uuid:2")  # the animator corrected it meanwhile
    assert decide(station, Seen(2, 1, "rejected"), state="approved", batch="c") == [Seen(2, 1, "rejected")]
    with station.storage.writing() as db:
        assert decisions.undo(db, "b", actor_id=7, now=NOW) == (0, 1)


def test_the_inbox_is_newest_first_of_the_own_cso_and_goes_on_by_key(station: Station) -> None:
    form = form_of(station)
    with station.storage.reading() as db:
        everything = page(db, InboxQuery((form.id,)))
        assert [sheet.id for sheet in everything] == [3, 2, 1]
        assert [sheet.id for sheet in page(db, InboxQuery((form.id,), frozenset(["tagne"])))] == [2, 1]
        assert page(db, InboxQuery((form.id,), frozenset())) == []
        first = everything[0]
        rest = page(db, InboxQuery((form.id,), before=(first.created_at, first.id)))
        assert [sheet.id for sheet in rest] == [2, 1]
        assert [sheet.id for sheet in page(db, InboxQuery((form.id,)), limit=1)] == [
            3,
            2,
        ]  # one more: there is more
        assert page(db, InboxQuery((form.id,), codes=("X",))) == []
