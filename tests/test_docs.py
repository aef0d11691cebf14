"""The documentation keeps step with what is there."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

from forms.definition.tally_tag import BESIDE, ROLES
from server.cli import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
WITH_EXAMPLES = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for package in ("forms", "sync", "aggregates", "server")
    for path in sorted((ROOT / package).rglob("*.py"))
    if ">>> " in path.read_text("utf-8")
]


def test_the_two_commands_come_first() -> None:
    assert README.index("make run") < README.index("make test") < 400


def test_every_command_and_every_tally_tag_is_told() -> None:
    for name in main.commands:
        assert f"`{name}`" in README or f"fiche {name}" in README, name
    for name in (*ROLES, *BESIDE):
        assert f"`fiche:{name}`" in README, name


def test_the_picture_is_there() -> None:
    assert (ROOT / "docs" / "home.png").exists()


@pytest.mark.parametrize("module", WITH_EXAMPLES)
def test_the_examples_beside_the_code_are_true(module: str) -> None:
    tried = doctest.testmod(import_module(module))
    assert tried.attempted and not tried.failed
