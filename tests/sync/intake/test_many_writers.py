"""Several processes of several threads store at once: no sheet is lost, none is stored twice."""

import multiprocessing
import threading
from datetime import UTC, datetime
from pathlib import Path

from server.store.database import Storage
from sync.instance.envelope import Envelope
from sync.intake.receive import receive
from tests.sheet_writer import instance_xml
from tests.station import Station

NOW = datetime(2020, 3, 8, 9, 5, tzinfo=UTC)
PROCESSES, THREADS, SHEETS = 4, 4, 25
FORM = """
| survey   |         |          |          |
|          | type    | name     | label    |
|          | integer | presents | Présents |
| settings |         |          |          |
|          | form_id | version  |          |
|          | club    | 1        |          |
"""


def test_no_sheet_is_lost_and_none_is_stored_twice(station: Station) -> None:
    station.publish(FORM)
    station.storage.close()
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=write_all, args=(station.storage.path,)) for _ in range(PROCESSES)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    expected = THREADS * SHEETS
    with station.storage.reading() as db:
        for table in ("submission", "submission_version", "sheet_club", "change", "audit"):
            count = db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]
            assert count == expected, table
        numbers = [row[0] for row in db.execute("SELECT number FROM change ORDER BY number")]
        assert numbers == list(range(1, expected + 1))


def write_all(path: Path) -> None:
    """Every process sends the same sheets, as phones do that were not answered in time."""
    storage = Storage(path)
    failed: list[BaseException] = []

    def write(thread: int) -> None:
        try:
            for number in range(SHEETS):
                xml = instance_xml("club", "1", {"/presents": number}, instance_id=f"uuid:{thread}-{number}")
                storage.write(lambda db, xml=xml: receive(db, 1, Envelope(xml), now=NOW))  # type: ignore[misc]
            storage.close()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(thread,)) for thread in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed
