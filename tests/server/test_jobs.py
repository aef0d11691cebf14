"""The jobs beside the server: that exactly one process does them, comes back, and holds nobody up."""

import os
import signal
import time
from pathlib import Path

from forms.base.sqlite import sqlite3
from server.jobs import LONGEST_LOG_BYTES, checkpoint
from server.store.database import Storage
from tests.benchmarks.processes import family
from tests.fiche_process import Fiche, free_port
from tests.phone import Phone
from tests.sheet_writer import instance_xml


def test_one_process_rolls_up_though_two_servers_run_and_the_next_takes_over(tmp_path: Path) -> None:
    first = Fiche(tmp_path / "fiche")
    first.init()
    phone = Phone(first.phone_address(), tmp_path)
    second = Fiche(tmp_path / "second")
    second.config.write_text(
        f'data_directory = "../fiche/data"\n[server]\nbind = "127.0.0.1:{second.port}"\n', "utf-8"
    )
    first.start()
    second.start()
    try:
        time.sleep(1)
        assert begun(first) + begun(second) == 1
        (leader, follower) = (first, second) if begun(first) else (second, first)
        leader.kill()
        wait_until(lambda: begun(follower) == 1)
        if leader is first:
            phone.server_url = phone.server_url.replace(str(first.port), str(second.port))
        send_one(phone)
        wait_until(lambda: runs(first) == 1, seconds=75)
    finally:
        first.kill()
        second.kill()


def test_the_jobs_come_back_when_their_process_dies(tmp_path: Path) -> None:
    fiche = Fiche(tmp_path / "fiche", port=free_port())
    fiche.init()
    fiche.start()
    try:
        wait_until(lambda: begun(fiche) == 1)
        assert fiche.process
        children = Path(f"/proc/{fiche.process.pid}/task/{fiche.process.pid}/children").read_text().split()
        jobs = next(int(child) for child in children if len(family(int(child))) == 1)
        os.kill(jobs, signal.SIGKILL)
        wait_until(lambda: begun(fiche) == 2)
    finally:
        assert fiche.stop() == 0


def test_a_server_ends_whose_web_half_dies_while_its_jobs_are_started_again(tmp_path: Path) -> None:
    fiche = Fiche(tmp_path / "fiche", port=free_port())
    fiche.init()
    fiche.start()
    try:
        wait_until(lambda: begun(fiche) == 1)
        assert fiche.process
        children = Path(f"/proc/{fiche.process.pid}/task/{fiche.process.pid}/children").read_text().split()
        families = {int(child): family(int(child)) for child in children}
        for child in sorted(families, key=lambda child: len(families[child])):  # the jobs, then gunicorn
            os.kill(child, signal.SIGKILL)
            time.sleep(0.5)
        fiche.process.wait(timeout=20)
    finally:
        fiche.kill()


def test_a_second_server_on_the_same_address_is_told_so(tmp_path: Path) -> None:
    fiche = Fiche(tmp_path / "fiche")
    fiche.init()
    fiche.start()
    try:
        refused = fiche.run("serve", check=False)
        assert refused.returncode == 1
        assert f"127.0.0.1:{fiche.port}" in refused.stderr
    finally:
        fiche.kill()


def begun(fiche: Fiche) -> int:
    """How often this server's jobs began to work."""
    return (fiche.folder / "serve.log").read_text().count("jobs begin")


def send_one(phone: Phone) -> None:
    version = {form["formID"]: form["version"] for form in phone.form_list()}["seance_sensibilisation"]
    phone.send(instance_xml("seance_sensibilisation", version, {"/seance/statut_seance": "oui"}))


def runs(fiche: Fiche) -> int:
    connection = sqlite3.connect(str(fiche.folder / "data" / "fiche.db"))
    try:
        return int(
            connection.execute(
                "SELECT COUNT(*) FROM rollup_run WHERE ended_at IS NOT NULL AND error IS NULL"
            ).fetchone()[0]
        )
    finally:
        connection.close()


def wait_until(is_so: "object", seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_long_log_is_emptied_without_waiting_for_a_reader(tmp_path: Path) -> None:
    storage = Storage(tmp_path / "fiche.db")
    storage.migrate()
    wal = Path(f"{storage.path}-wal")
    reader = sqlite3.connect(str(storage.path), isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT COUNT(*) FROM project").fetchone()
    with storage.writing() as db:
        db.execute("CREATE TABLE room (content BLOB)")
        db.execute("INSERT INTO room VALUES (zeroblob(:size))", {"size": LONGEST_LOG_BYTES + 1_000_000})
    began = time.monotonic()
    checkpoint(storage)
    assert time.monotonic() - began < 5, "a reader that hangs holds nobody up"
    assert wal.stat().st_size > LONGEST_LOG_BYTES
    reader.execute("ROLLBACK")
    checkpoint(storage)
    assert wal.stat().st_size == 0
    reader.close()
    storage.close()
