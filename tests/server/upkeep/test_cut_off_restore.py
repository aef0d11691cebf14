"""A restore that is killed at any of its steps: the next command finishes it, or finds what was there before, whole."""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from server.base import clock
from server.settings.settings import read_settings
from server.store.locks import exclusive
from server.upkeep.restore import restore
from tests.fiche_process import Fiche
from tests.journeys.test_bad_line import rows

MOVES = ("os.rename", "os.rmdir", "os.remove")
COPYING = ("os.mkdir", "shutil.copyfile")


def killed_at(step: int, events: tuple[str, ...], work: Callable[[], object]) -> bool:
    """Do the work in a process that is killed as it begins its so many-th step; gives whether it came so far."""
    child = os.fork()
    if not child:
        passed = 0

        def watch(event: str, _arguments: Any) -> None:
            nonlocal passed
            if event in events:
                passed += 1
                if passed == step:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(watch)
        try:
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


class Restores:
    """An installation with a backup of what it held before."""

    def __init__(self, folder: Path) -> None:
        self.fiche = Fiche(folder / "fiche")
        self.fiche.init(("2020-03", 3))
        self.settings = read_settings(self.fiche.config)
        self.data = self.settings.data_directory
        self.backed_up = self.sheets()
        self.fiche.run("backup", str(folder / "usb"))
        [self.backup] = (folder / "usb").iterdir()
        self.fiche.run("demo", "--sheets", "2", "--month", "2020-04")
        self.present = self.sheets()
        shutil.copytree(self.data, folder / "kept")
        self.kept = folder / "kept"

    def sheets(self) -> int:
        """How many sheets a command finds."""
        told = self.fiche.run("doctor", check=False)
        assert "✗ integrity" not in told.stdout
        assert "✗ pictures" not in told.stdout
        [(count,)] = rows(self.fiche, "SELECT COUNT(*) FROM submission")
        return int(str(count))

    def begin_again(self, *, has_data: bool = True) -> None:
        """The present data, and nothing beside them."""
        for path in self.fiche.folder.glob("data*"):
            shutil.rmtree(path)
        if has_data:
            shutil.copytree(self.kept, self.data)

    def restore(self) -> None:
        """Put the backup in place."""
        restore(
            self.settings, self.backup, now=clock.now(), sets_aside=True, progress=lambda done, total: None
        )

    def beside(self) -> list[str]:
        """What lies in the folder that should not stay there."""
        return [path.name for path in self.fiche.folder.glob("data.*")]


@pytest.fixture(scope="module")
def restores(tmp_path_factory: pytest.TempPathFactory) -> Restores:
    """Made once: every test begins again."""
    return Restores(tmp_path_factory.mktemp("restores"))


def test_a_restore_that_is_killed_as_folders_change_places_is_finished_by_the_next_command(
    restores: Restores,
) -> None:
    found = []
    for step in range(1, 20):
        restores.begin_again()
        if not killed_at(step, MOVES, restores.restore):
            break
        told = restores.fiche.run("doctor", check=False)
        found.append(restores.sheets())
        assert ("est maintenant terminée" in told.stderr) == (found[-1] == restores.backed_up)
        assert restores.beside() == []
    assert found == [restores.present, restores.backed_up, restores.backed_up]
    [aside] = restores.fiche.folder.glob("data-*")
    assert (aside / "fiche.db").is_file(), "what was there before is set aside"


@pytest.mark.parametrize("step", [1, 2, 3, 5, 8, 13])
def test_a_restore_that_is_killed_as_it_copies_changes_nothing(restores: Restores, step: int) -> None:
    restores.begin_again()
    assert killed_at(step, COPYING, restores.restore)
    assert restores.sheets() == restores.present
    assert restores.beside() == []


def test_nothing_is_begun_beside_a_copy_that_is_not_whole(restores: Restores) -> None:
    restores.begin_again(has_data=False)
    assert killed_at(8, COPYING, restores.restore)
    for command in ("init", "serve", "doctor"):
        refused = restores.fiche.run(command, check=False)
        assert refused.returncode == 1
        assert "a été interrompue" in refused.stderr
        assert not restores.settings.database_path.exists()
    restores.fiche.run("restore", str(restores.backup))
    assert restores.sheets() == restores.backed_up
    assert restores.beside() == []


def test_onto_a_folder_without_data_it_is_finished_too_and_by_init(restores: Restores) -> None:
    step = 0
    while True:
        step += 1
        restores.begin_again(has_data=False)
        if not killed_at(step, MOVES, restores.restore):
            break
        if step > 1:  # the copy is whole
            assert "est maintenant terminée" in restores.fiche.run("init").stderr
            assert restores.sheets() == restores.backed_up
            assert sorted(path.name for path in restores.fiche.folder.glob("data*")) == ["data"]
    assert step > 3


def test_whoever_comes_while_folders_change_places_is_told_to_wait(restores: Restores) -> None:
    restores.begin_again()
    assert killed_at(3, MOVES, restores.restore), "the data are aside, and the backup not in their place"
    with exclusive(restores.data.with_name("data.restored") / "data.lock", what="fiche restore"):
        for command in ("init", "serve", "rollup"):
            refused = restores.fiche.run(command, check=False)
            assert refused.returncode == 1
            assert "fiche restore" in refused.stderr
    assert restores.sheets() == restores.backed_up


def test_a_restore_onto_a_folder_without_data_is_alone_too(restores: Restores) -> None:
    restores.begin_again(has_data=False)
    restores.data.mkdir(mode=0o700)
    with exclusive(restores.settings.data_lock, what="fiche restore"):
        for command in (("init",), ("restore", str(restores.backup))):
            refused = restores.fiche.run(*command, check=False)
            assert refused.returncode == 1, refused.stdout
    assert not restores.settings.database_path.exists()
