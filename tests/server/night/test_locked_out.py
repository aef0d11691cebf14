"""A job whose lock somebody holds for long is told of where people look: no numbers move meanwhile."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

from server.night.schedule import Job, run_schedule
from server.store.locks import exclusive, in_turn
from server.upkeep.job_check import STANDING, job_checks
from server.upkeep.job_states import JobStates
from tests.station import Station, station

__all__ = ["station"]


def told_of(station: Station, folder: Path, now: datetime) -> list[str]:
    """The jobs of which something is amiss."""
    with station.storage.reading() as db:
        return [check.name for check in job_checks(folder, db, now=now) if not check.is_well]


def test_an_examination_that_a_standing_command_keeps_waiting_is_told_after_an_hour(
    station: Station, tmp_path: Path
) -> None:
    stopping = Event()
    tries: list[int] = []

    def examine() -> None:
        tries.append(1)
        if len(tries) == 3:
            stopping.set()
        with in_turn(tmp_path / "examine.lock", what="examination", seconds=0):
            raise AssertionError("it waits for whoever holds the lock")

    began = datetime.now(UTC)
    with exclusive(tmp_path / "examine.lock", what="a command under Ctrl-Z"):
        run_schedule([Job("examination", examine, 0.01, 0)], stopping, JobStates(tmp_path))
    assert told_of(station, tmp_path, began + timedelta(minutes=1)) == [], "a command may take its time"
    assert told_of(station, tmp_path, began + STANDING + timedelta(minutes=1)) == ["examination"]
