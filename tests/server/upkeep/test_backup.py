"""Backups: whole or not there, and taken back only when every hash is right."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from server.base import clock
from server.settings.settings import read_settings
from server.store.locks import exclusive
from server.upkeep.backup import restore
from tests.fiche_process import FICHE, Fiche
from tests.server.test_jobs import family

UNSHARE = ("unshare", "--user", "--map-root-user", "--mount")
FULL = """
mount -t tmpfs -o size=50m small "$0" && cp -a "$1/." "$0"
dd if=/dev/zero of="$0/filler" bs=1M 2>/dev/null
"$2" restore --force "$3" --config "$4"; echo "code $?"; ls "$0"
"""
"""Restores onto a disk of its own on which there is no room beside the data that are there."""


@pytest.fixture
def fiche(tmp_path: Path) -> Fiche:
    """An installation with some field work."""
    fiche = Fiche(tmp_path / "fiche")
    fiche.init(("2020-03", 30))
    return fiche


def tally(fiche: Fiche) -> object:
    return fiche.json("tally", "--by", "village,sex,age_band", "--format", "json")


def test_what_was_backed_up_comes_back(fiche: Fiche, tmp_path: Path) -> None:
    before = tally(fiche)
    fiche.run("backup", str(tmp_path / "usb"))
    [copy] = (tmp_path / "usb").iterdir()
    refused = fiche.run("restore", str(copy), check=False)
    assert refused.returncode == 1
    assert "--force" in refused.stderr
    fiche.run("demo", "--sheets", "40", "--month", "2020-04")
    assert tally(fiche) != before
    fiche.run("restore", "--force", str(copy))
    assert tally(fiche) == before
    assert [path.name for path in fiche.folder.glob("data-*")], "what was there is set aside"


@pytest.mark.parametrize("pattern", ["fiche.db", "blobs/*/*"])
def test_a_damaged_backup_is_refused_before_anything_is_touched(
    fiche: Fiche, tmp_path: Path, pattern: str
) -> None:
    before = tally(fiche)
    fiche.run("backup", str(tmp_path / "usb"))
    [copy] = (tmp_path / "usb").iterdir()
    victim = next(copy.glob(pattern))
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 1
    victim.write_bytes(content)
    refused = fiche.run("restore", "--force", str(copy), check=False)
    assert refused.returncode == 1
    assert "abîmée" in refused.stderr
    assert tally(fiche) == before


def test_a_backup_is_made_while_the_server_runs(fiche: Fiche, tmp_path: Path) -> None:
    fiche.start()
    try:
        fiche.run("backup", str(tmp_path / "usb"))
    finally:
        assert fiche.stop() == 0
    [copy] = (tmp_path / "usb").iterdir()
    assert not copy.name.endswith(".partial")


def test_a_restore_is_refused_beside_a_server_whose_jobs_have_just_died(fiche: Fiche, tmp_path: Path) -> None:
    fiche.run("backup", str(tmp_path / "usb"))
    [copy] = (tmp_path / "usb").iterdir()
    fiche.start()
    assert fiche.process
    try:
        children = Path(f"/proc/{fiche.process.pid}/task/{fiche.process.pid}/children").read_text().split()
        jobs = next(int(child) for child in children if len(family(int(child))) == 1)
        os.kill(fiche.process.pid, signal.SIGSTOP)  # it cannot start them again
        os.kill(jobs, signal.SIGKILL)
        refused = fiche.run("restore", "--force", str(copy), check=False)
        assert refused.returncode == 1
        assert "Arrêtez d’abord le serveur" in refused.stderr
        assert [path.name for path in fiche.folder.glob("data*")] == ["data"]
        os.kill(fiche.process.pid, signal.SIGCONT)
        assert fiche.stop() == 0
        fiche.run("restore", "--force", str(copy))
    finally:
        fiche.kill()


def test_a_server_does_not_start_while_other_data_are_put_in_place(fiche: Fiche) -> None:
    settings = read_settings(fiche.config)
    with exclusive(settings.data_lock, what="fiche restore"):
        for command in (("serve",), ("rollup",)):
            refused = fiche.run(*command, check=False)
            assert refused.returncode == 1
            assert "fiche restore" in refused.stderr


def test_a_restore_without_room_leaves_the_data_where_they_are_and_says_so(
    fiche: Fiche, tmp_path: Path
) -> None:
    if subprocess.run([*UNSHARE, "true"], check=False).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    fiche.run("backup", str(tmp_path / "usb"))
    [copy] = (tmp_path / "usb").iterdir()
    small = tmp_path / "small"
    small.mkdir()
    held = tmp_path / "held"
    shutil.copytree(fiche.folder / "data", held / "data")
    fiche.settings = f'data_directory = "{small}/data"'
    fiche.configure()
    done = subprocess.run(
        [*UNSHARE, "sh", "-c", FULL, str(small), str(held), str(FICHE), str(copy), str(fiche.config)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "LC_ALL": "fr_FR.UTF-8"},
    )
    assert "sont toujours en place" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout.split() == ["code", "1", "data", "filler"]


def test_a_restore_that_is_cut_off_leaves_the_data_where_they_are(fiche: Fiche, tmp_path: Path) -> None:
    before = tally(fiche)
    fiche.run("backup", str(tmp_path / "usb"))
    [copy] = (tmp_path / "usb").iterdir()

    def pull_out(done: int, total: int) -> None:
        if done == total:  # everything was checked
            next(copy.glob("blobs/*/*")).unlink()

    with pytest.raises(FileNotFoundError):
        restore(read_settings(fiche.config), copy, now=clock.now(), sets_aside=True, progress=pull_out)
    assert [path.name for path in fiche.folder.glob("data*")] == ["data"]
    assert tally(fiche) == before
