"""A machine whose clock was ahead for a while: whatever waits for a moment goes on when it is put right."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from aggregates.tallies import roll_up_runs
from forms.base.sqlite import Database
from server.base import clock
from server.identity.accounts import add_administrator, find_person
from server.identity.app_users import NewPhone, add_app_user, is_newly_seen, note_seen
from server.identity.invitations import InvitationUnknown, invite, invited
from server.identity.sessions import find_session, start_session
from server.night.schedule import Job, run_schedule
from server.reminders import sent_mails
from server.upkeep.job_states import JobStates
from tests.station import Station

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
AHEAD = NOW + timedelta(days=400)


def a_night(db: Database, project: int) -> bool:
    for begun in (NOW - timedelta(days=1), AHEAD):
        run = roll_up_runs.start(db, "incremental", now=begun)
        roll_up_runs.finish(db, run, taken=roll_up_runs.Taken(0, 0, 0), error=None, now=begun)
    return roll_up_runs.last_good_run(db, now=NOW) == NOW - timedelta(days=1)


def a_phone_that_is_seen(db: Database, project: int) -> bool:
    phone, _token = add_app_user(db, project, NewPhone(display_name="Awa"), now=NOW)
    note_seen(db, phone, now=AHEAD)
    return is_newly_seen(db, phone, now=NOW)


def a_reminder_that_was_begun(db: Database, project: int) -> bool:
    person = add_administrator(db, "a@example.org", "Un mot de passe 9", now=NOW)
    key = sent_mails.MailKey(project, person, "2026-W48")
    sent_mails.claim(db, key, now=AHEAD)
    is_waiting = sent_mails.waiting(db, project, "2026-W48", [person], now=NOW) == [person]
    return is_waiting and sent_mails.claim(db, key, now=NOW)


def a_session_is_over(db: Database, project: int) -> bool:
    person = find_person(db, add_administrator(db, "a@example.org", "Un mot de passe 9", now=NOW))
    token, _ = start_session(db, person, now=AHEAD)
    after, _ = start_session(db, person, now=NOW)
    return find_session(db, token, now=NOW) is None and find_session(db, after, now=NOW) is not None


def an_invitation_is_over(db: Database, project: int) -> bool:
    person = add_administrator(db, "a@example.org", "Un mot de passe 9", now=NOW)
    token = invite(db, person, now=AHEAD)
    with suppress(InvitationUnknown):
        invited(db, token, now=NOW)
        return False
    return invited(db, invite(db, person, now=NOW), now=NOW).id == person


@pytest.mark.parametrize(
    "goes_on",
    [a_night, a_phone_that_is_seen, a_reminder_that_was_begun, a_session_is_over, an_invitation_is_over],
)
def test_what_a_clock_ahead_wrote_down_holds_nothing_up(
    station: Station, goes_on: Callable[[Database, int], bool]
) -> None:
    with station.storage.writing() as db:
        assert goes_on(db, station.project_id)


def test_jobs_go_on_whichever_way_the_clock_jumps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([NOW, AHEAD, NOW, NOW - timedelta(days=9000), AHEAD, NOW])
    monkeypatch.setattr(clock, "now", lambda: next(moments, NOW))
    stopping, runs = threading.Event(), []

    def work() -> None:
        runs.append(1)
        if len(runs) == 6:
            stopping.set()
        raise OSError(30, "Read-only file system", "fiche.db")

    timer = threading.Timer(20, stopping.set)
    timer.start()
    run_schedule([Job("examination", work, 0.01, 0.0)], stopping, JobStates(tmp_path))
    timer.cancel()
    assert len(runs) == 6
