"""A laptop whose clock was 400 days ahead while sheets came: the nights go on, and everybody is told."""

import sys
from pathlib import Path

import requests

from tests.fiche_process import Fiche
from tests.phone import Phone
from tests.server.test_jobs import runs, send_one, wait_until

DAYS_AHEAD = 400


def test_nights_go_on_after_a_clock_that_was_ahead_and_it_is_told(tmp_path: Path) -> None:
    offset = tmp_path / "offset"
    offset.write_text(str(DAYS_AHEAD * 86_400))
    fiche = Fiche(tmp_path / "fiche", within=(sys.executable, "-m", "tests.shifted_clock", str(offset)))
    fiche.init()
    phone = Phone(fiche.phone_address(), tmp_path)
    fiche.start()
    send_one(phone)
    assert fiche.stop() == 0
    fiche.start()  # the first roll-up comes soon after a start with a sheet: in the year after next
    wait_until(lambda: runs(fiche) == 1, seconds=75)
    assert fiche.stop() == 0

    offset.write_text("0")
    told = fiche.run("doctor", check=False)
    assert "✗ clock" in told.stdout, told.stdout
    assert "était en avance" in told.stdout
    fiche.start()
    try:
        wait_until(lambda: runs(fiche) == 2, seconds=75)
        send_one(phone)
        answer = requests.get(f"{fiche.address}/health", timeout=10)
        assert (answer.status_code, answer.json()["amiss"]) == (200, ["earlier_clock"])
        told = fiche.run("doctor", check=False)
        assert "✓ clock" in told.stdout, told.stdout
        assert "✗ earlier_clock" in told.stdout, told.stdout
        assert told.returncode == 0, told.stdout
    finally:
        assert fiche.stop() == 0
