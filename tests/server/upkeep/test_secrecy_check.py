"""What lies open is told, and closed by the next start: a copy of the folder is read by nobody else."""

import json
from pathlib import Path

import pytest

from server.settings.listening import ServerSettings
from server.settings.settings import Settings
from server.store.closed import open_ones
from server.upkeep.check import Check
from server.upkeep.secrecy_check import secrecy_checks
from tests.fiche_process import Fiche
from tests.server.cast import REFERRAL
from tests.station import BEGINNING, Station


@pytest.fixture
def fiche(tmp_path: Path) -> Fiche:
    """A new installation."""
    fiche = Fiche(tmp_path / "fiche")
    fiche.init()
    return fiche


def found(fiche: Fiche, name: str) -> dict[str, object]:
    """What the doctor says of one thing."""
    told = fiche.run("doctor", "--json", check=False).stdout
    [check] = [check for check in json.loads(told) if check["name"] == name]
    return dict(check)


def test_what_an_older_version_left_open_is_told_and_closed_by_the_start(fiche: Fiche) -> None:
    data = fiche.folder / "data"
    picture = data / "blobs" / "aa" / "picture"
    picture.parent.mkdir(parents=True)
    picture.write_bytes(b"a face")
    for path, mode in ((fiche.database, 0o644), (data / "blobs", 0o755), (picture, 0o644)):
        path.chmod(mode)
    told = found(fiche, "open_files")
    assert not told["is_well"]
    assert "fiche.db" in str(told["found"])
    fiche.start()
    fiche.stop()
    assert [path for path in open_ones(data) if path.exists()] == []
    assert picture.stat().st_mode & 0o777 == 0o600
    assert found(fiche, "open_files")["is_well"]


def test_a_backup_that_others_can_read_is_told(fiche: Fiche, tmp_path: Path) -> None:
    fiche.run("backup", str(tmp_path / "stick"))
    assert found(fiche, "open_files")["is_well"]
    [backup] = (tmp_path / "stick").iterdir()
    backup.chmod(0o755)
    assert str(backup) in str(found(fiche, "open_files")["found"])


@pytest.mark.parametrize(
    ("bind", "public_url", "is_well"),
    [
        ("0.0.0.0:8383", "", False),
        ("0.0.0.0:8383", "http://fiche.example", False),
        ("0.0.0.0:8383", "https://fiche.example", True),
        ("127.0.0.1:8383", "", True),
    ],
)
def test_referrals_over_plain_http_are_told_plainly(
    station: Station, tmp_path: Path, bind: str, public_url: str, is_well: bool
) -> None:
    settings = Settings(tmp_path / "fiche.toml", tmp_path, server=ServerSettings(bind, public_url=public_url))

    def line() -> Check:
        with station.storage.reading() as db:
            checks = secrecy_checks(settings, db, now=BEGINNING)
            return next(check for check in checks if check.name == "line")

    assert line().is_well == is_well
    assert is_well or "passwords" in line().advice
    station.publish(REFERRAL)
    assert line().is_well == is_well
    assert line().facts == ({} if is_well else {"forms": "orientation"})
