"""Backups: whole or not there, and taken back only when every hash is right."""

from pathlib import Path

import pytest

from tests.fiche_process import Fiche


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
