"""The documentation keeps step with what is there: each test tells in one sentence what to add, and where.

A test collects every fault before it fails, so that one run shows all that is to be written.
"""

import doctest
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from forms.definition.tally_tag import BESIDE, ROLES
from server.address_page import page
from server.cli import main

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
README = (ROOT / "README.md").read_text("utf-8")
PAGES = sorted((*DOCS.glob("*.md"), ROOT / "README.md"))
PACKAGES = ("forms", "sync", "aggregates", "server")
MADE = {"node_modules", "built", "__pycache__", "LC_MESSAGES"}
"""Folders in which nobody writes by hand."""
CITATIONS = (
    (re.compile(r"§ ?(\d+(?:\.\d+)?)"), "{}"),
    (re.compile(r"\bOR-(\d+[a-d]?)\b"), "or-{}"),
    (re.compile(r"\bV(\d\d)\b"), "v{}"),
    (re.compile(r"\bCentral(?:'s)? (\d{3}\.\d+)"), "central-{}"),
)
"""How the code cites a rule, and the anchor that it has in docs/rules.md."""
ANCHOR = re.compile(r'<a id="([^"]+)">')
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
LINK = re.compile(r"\]\(([^()\s]+)\)|(?:src|href)=\"([^\"]+)\"")


def sources() -> Iterator[Path]:
    """Every file of the code and its tests that somebody writes."""
    for folder in (*PACKAGES, "tests"):
        for path in sorted((ROOT / folder).rglob("*")):
            is_written = path.suffix in {".py", ".java", ".js", ".html", ".toml"}
            if is_written and not MADE & set(path.parts):
                yield path


def anchors(text: str) -> set[str]:
    """Where a link may lead inside a page: ids that are set, and headings as forges name them."""
    headings = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(text))
    return {*ANCHOR.findall(text), *(heading.strip().replace(" ", "-") for heading in headings)}


def test_the_two_commands_come_first() -> None:
    assert README.index("make run") < README.index("make test") < 400


def test_every_command_and_every_tally_tag_is_told() -> None:
    for name in main.commands:
        assert f"`{name}`" in README or f"fiche {name}" in README, name
    for name in (*ROLES, *BESIDE):
        assert f"`fiche:{name}`" in README, name


def test_every_rule_that_the_code_cites_stands_in_the_rules() -> None:
    known = set(ANCHOR.findall((DOCS / "rules.md").read_text("utf-8")))
    missing = {
        f"{pattern_match.group()} ({path.relative_to(ROOT)})"
        for path in sources()
        for pattern, anchor in CITATIONS
        for pattern_match in pattern.finditer(path.read_text("utf-8"))
        if anchor.format(pattern_match.group(1)) not in known
    }
    assert not missing, "write these rules, each with its anchor, into docs/rules.md"


def test_every_address_stands_in_the_page_of_addresses() -> None:
    assert (DOCS / "addresses.md").read_text("utf-8") == page(), "the addresses changed: run `make docs`"


def test_every_link_leads_somewhere() -> None:
    broken = set()
    for path in PAGES:
        for written in (
            target for pair in LINK.findall(path.read_text("utf-8")) for target in pair if target
        ):
            file, _, anchor = written.partition("#")
            if "://" in written or written.startswith("mailto:"):
                continue
            target = (path.parent / file).resolve() if file else path
            is_there = target.exists() and (not anchor or anchor in anchors(target.read_text("utf-8")))
            if not is_there:
                broken.add(f"{path.name}: {written}")
    assert not broken, "mend these links, or write what they lead to"


def test_the_examples_beside_the_code_are_true() -> None:
    wrong = []
    for path in sources():
        if (
            path.suffix == ".py"
            and path.parts[len(ROOT.parts)] in PACKAGES
            and ">>> " in path.read_text("utf-8")
        ):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            tried = doctest.testmod(import_module(name))
            if tried.failed or not tried.attempted:
                wrong.append(name)
    assert not wrong
