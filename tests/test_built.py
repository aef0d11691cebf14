"""What is handed to others: the sdist is whole, and the wheel made from it works where nothing of the checkout is."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

import pytest
import requests

from tests.fiche_process import free_port, until_it_answers

ROOT = Path(__file__).parent.parent
BUILD = "import setuptools.build_meta as b; print(b.build_{kind}({folder!r}))"


@dataclass(frozen=True)
class Built:
    """A source archive, and the wheel that was built from it."""

    sources: frozenset[str]
    """The files of the archive, as in the checkout."""
    wheel: Path

    @property
    def installed(self) -> set[str]:
        """The files of the wheel."""
        with zipfile.ZipFile(self.wheel) as content:
            return set(content.namelist())


def tracked() -> list[str]:
    """What the checkout keeps."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    if not listed:
        pytest.skip("no checkout: there is no list of what it keeps")
    return [path for path in listed.splitlines() if (ROOT / path).exists()]


def build(kind: str, source: Path, folder: Path) -> Path:
    """Build a "wheel" or an "sdist" as pip does, with the setuptools that is here: no network is asked."""
    folder.mkdir(exist_ok=True)
    made = subprocess.run(
        [sys.executable, "-c", BUILD.format(kind=kind, folder=str(folder))],
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    return folder / made.stdout.splitlines()[-1]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """From what is kept alone: a fresh checkout has no compiled texts."""
    folder = tmp_path_factory.mktemp("built")
    for path in tracked():
        copy = folder / "checkout" / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, copy)
    sdist = build("sdist", folder / "checkout", folder / "sdist")
    with tarfile.open(sdist) as archive:
        names = frozenset(name.partition("/")[2] for name in archive.getnames())
        archive.extractall(folder, filter="data")
    unpacked = folder / sdist.name.removesuffix(".tar.gz")
    return Built(names, build("wheel", unpacked, folder / "wheel"))


@pytest.fixture(scope="module")
def fiche(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command in a new environment, which sees the libraries that are here, and no checkout."""
    folder = tmp_path_factory.mktemp("elsewhere")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    install = ["-m", "pip", "--python", str(python), "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([sys.executable, *install, str(built.wheel)], check=True)
    [packages] = folder.glob("lib/python*/site-packages")
    (packages / "libraries.pth").write_text(f"{Path(requests.__file__).parent.parent}\n")
    return folder / "bin" / "fiche"


def run(fiche: Path, folder: Path, *arguments: str) -> str:
    """What a command of the installation says; it is run from a folder of its own, in French."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(
        [str(fiche), *arguments],
        cwd=folder, capture_output=True, text=True, check=True, env={**environment, "LC_ALL": "fr_FR.UTF-8"},
    ).stdout  # fmt: skip


def test_the_archive_of_sources_holds_all_that_the_checkout_keeps_and_no_compiled_text(built: Built) -> None:
    assert set(tracked()) - built.sources == set()
    assert [path for path in built.sources if path.endswith(".mo")] == []


def test_the_wheel_holds_the_packages_with_compiled_texts_and_nothing_else(built: Built) -> None:
    tops = {PurePath(path).parts[0] for path in built.installed}
    assert {top for top in tops if not top.endswith(".dist-info")} == {
        "aggregates",
        "forms",
        "server",
        "sync",
    }
    assert "server/locale/fr/LC_MESSAGES/fiche.mo" in built.installed
    assert "server/locale/fr/LC_MESSAGES/fiche.po" not in built.installed


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the installation keeps its data."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def server(fiche: Path, folder: Path) -> Iterator[str]:
    """Its address, after `fiche init`."""
    address = f"127.0.0.1:{free_port()}"
    assert "Mot de passe" in run(fiche, folder, "init")
    config = folder / "fiche.toml"
    config.write_text(f'[server]\nbind = "{address}"\npublic_url = "http://{address}"\n')
    with subprocess.Popen([str(fiche), "serve"], cwd=folder, stderr=subprocess.DEVNULL) as process:
        assert until_it_answers(f"http://{address}", process)
        yield f"http://{address}"
        process.terminate()


def test_what_was_installed_begins_is_well_and_shows_its_pages(
    fiche: Path, folder: Path, server: str
) -> None:
    assert "✓ sqlite" in run(fiche, folder, "doctor")  # it ends with 1 where something is wrong
    page = requests.get(f"{server}/sign-in", headers={"Accept-Language": "fr"}, timeout=30)
    assert page.status_code == 200
    assert "Mot de passe" in page.text
    [style] = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page.text)
    assert requests.get(f"{server}{style}", timeout=30).headers["Content-Type"].startswith("text/css")
