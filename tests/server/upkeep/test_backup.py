"""Backups: whole or not there, and taken back only when every hash is right."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from forms.base.blobs import BlobStore
from server.base import clock
from server.settings.settings import read_settings
from server.store.database import Storage
from server.store.locks import exclusive
from server.upkeep.backups import back_up_if_due
from server.upkeep.restore import restore
from tests.fiche_process import FICHE, Fiche
from tests.phone import Phone
from tests.server.test_jobs import family
from tests.sheet_writer import instance_xml

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


@pytest.mark.parametrize("damage", ["emptied", "gone"])
def test_a_damaged_picture_is_named_and_stops_nothing(fiche: Fiche, tmp_path: Path, damage: str) -> None:
    victim = picture_of_a_sheet(fiche)
    victim.unlink()
    if damage == "emptied":
        victim.write_bytes(b"")
    made = fiche.run("backup", str(tmp_path / "usb"), check=False)
    assert made.returncode == 1
    assert "seance_sensibilisation · uuid:" in made.stderr
    [copy] = (tmp_path / "usb").iterdir()
    fiche.run("restore", "--force", str(copy))
    told = fiche.run("doctor", check=False).stdout
    assert "✗ pictures" in told, told


def test_what_cut_off_backups_left_is_cleared_away(fiche: Fiche, tmp_path: Path) -> None:
    cut_off = tmp_path / "usb" / "fiche-20200308-021500.partial"
    cut_off.mkdir(parents=True)
    (cut_off / "fiche.db").write_bytes(b"half")
    (fiche.database).rename(tmp_path / "kept")
    fiche.run("backup", str(tmp_path / "usb"), check=False)
    (tmp_path / "kept").rename(fiche.database)
    fiche.run("backup", str(tmp_path / "usb"))
    [copy] = (tmp_path / "usb").iterdir()
    assert not copy.name.endswith(".partial")


@pytest.mark.parametrize("content", ["[]", "{}", '{"files": [], "blobs": 3}', "null", "{"])
def test_a_list_that_is_none_is_a_damaged_backup(fiche: Fiche, tmp_path: Path, content: str) -> None:
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "manifest.json").write_text(content)
    refused = fiche.run("restore", "--force", str(tmp_path / "copy"), check=False)
    assert refused.returncode == 1
    assert "abîmée" in refused.stderr


def test_a_backup_ends_though_another_process_commits_without_a_pause(fiche: Fiche, tmp_path: Path) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITER, str(fiche.database)])
    try:
        fiche.run("backup", str(tmp_path / "usb"))
    finally:
        writer.kill()
        writer.wait()


def test_backups_are_made_by_themselves_after_a_night_and_old_ones_go(tmp_path: Path) -> None:
    usb = tmp_path / "usb"
    fiche = Fiche(tmp_path / "fiche")
    fiche.init(("2020-03", 3))
    fiche.config.write_text(f'{fiche.config.read_text()}[backup]\nfolder = "{usb}"\nkeep = 2\n')
    settings = read_settings(fiche.config)
    storage = Storage(settings.database_path)
    with pytest.raises(FileNotFoundError):
        back_up_if_due(settings, storage)
    for year in (2018, 2019):
        (usb / f"fiche-{year}0101-020000").mkdir(parents=True)
        (usb / f"fiche-{year}0101-020000" / "manifest.json").write_text("{}")
    (usb / "fiche-photos").mkdir()
    back_up_if_due(settings, storage)
    made = sorted(path.name for path in usb.iterdir())
    assert made[0] == "fiche-20190101-020000"
    assert made[2] == "fiche-photos", "what is no backup is left alone"
    assert len(made) == 3
    back_up_if_due(settings, storage)
    assert sorted(path.name for path in usb.iterdir()) == made, "nothing happened since"
    storage.close()


WRITER = """
import sys
from forms.base.sqlite import sqlite3
db = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
while True:
    db.execute("UPDATE project SET name = name")
"""


def picture_of_a_sheet(fiche: Fiche) -> Path:
    """The file of a picture, after a phone has sent it with a sheet."""
    phone_folder = fiche.folder / "phone"
    phone_folder.mkdir()
    address = fiche.phone_address()
    fiche.start()
    try:
        phone = Phone(address, phone_folder)
        version = {form["formID"]: form["version"] for form in phone.form_list()}["seance_sensibilisation"]
        phone.send(
            instance_xml("seance_sensibilisation", version, {"/suites/photo": "p.jpg"}),
            {"p.jpg": PICTURE},
        )
    finally:
        assert fiche.stop() == 0
    return BlobStore(fiche.folder / "data" / "blobs").path(hashlib.sha256(PICTURE).hexdigest())


PICTURE = b"\xff\xd8" + b"picture" * 500
