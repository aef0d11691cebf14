"""The documentation keeps step with what is there: each test tells in one sentence what to add, and where.

A test collects every fault before it fails, so that one run shows all that is to be written.
"""

import doctest
import re
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click

from forms.definition import dimension, tally_tag
from server.address_page import page
from server.cli import main
from server.identity import role
from server.publishing.tag_sentence import SENTENCES

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
FIRST_CELL = re.compile(r"`([^`]+)`")
PATH = re.compile(r"(?<![\w/.])(?:forms|sync|aggregates|server|tests|docs)/[\w./*-]*")
NAMED = re.compile(r"`((?:forms|sync|aggregates|server|tests)[./][\w./…*]+)`")
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


def read(name: str) -> str:
    """A page of the documentation."""
    return (DOCS / name).read_text("utf-8")


def keys_of_table(text: str) -> set[str]:
    """What stands as code in the first cell of each row of the tables."""
    return {
        key
        for line in text.splitlines()
        if line.startswith("| ")
        for key in FIRST_CELL.findall(line.split(" | ")[0])
    }


def is_there(named: str) -> bool:
    """Whether a path (`sync/intake/rows.py`) or a dotted name (`sync.intake.rows.make_tables`) leads to something."""
    if "/" in named:
        return bool(list(ROOT.glob(named.rstrip("/").replace("…", "*"))))
    parts = named.replace("…", "*").rstrip(".").split(".")
    for length in range(len(parts), 0, -1):
        files = list(ROOT.glob("/".join(parts[:length]) + ".py"))
        if files:
            text = files[0].read_text("utf-8")
            return all(re.search(rf"\b{re.escape(inner)}\b", text) for inner in parts[length:])
    return (ROOT / "/".join(parts)).is_dir()


def commands(command: click.Command, name: str) -> Iterator[str]:
    """Every command that does something, with the words that call it."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for word in command.list_commands(context):
            inner = command.get_command(context, word)
            assert inner is not None, word
            yield from commands(inner, f"{name} {word}")
    else:
        yield name


def test_the_two_commands_come_first() -> None:
    assert README.index("make run") < README.index("make test") < 400


def test_every_setting_is_told_to_the_operator() -> None:
    example = tomllib.loads((ROOT / "config.example.toml").read_text("utf-8"))
    operator = read("exploitant.md")
    missing = []
    for name, value in example.items():
        is_section = isinstance(value, dict)
        told = (
            operator.partition(f"### [{name}]\n")[2] if is_section else operator.partition("### En tête")[2]
        )
        rows = keys_of_table(told.partition("\n### ")[0])
        missing += [f"[{name}] {key}" for key in value if key not in rows] if is_section else []
        missing += [name] if not is_section and name not in rows else []
    assert not missing, "write a row for these settings into docs/exploitant.md, « Les réglages »"


def test_every_command_is_told_to_the_operator() -> None:
    rows = keys_of_table(read("exploitant.md"))
    missing = [command for command in commands(main, "fiche") if command not in rows]
    assert not missing, "write a row for these commands into docs/exploitant.md, « Les commandes »"


def test_every_role_is_told_to_operators_and_programmers() -> None:
    missing = [
        f"{known.system} ({name})"
        for name in ("exploitant.md", "programming.md")
        for known in role.ROLES
        if known.system not in keys_of_table(read(name))
        or (name == "programming.md" and f"| {known.id} |" not in read(name))
    ]
    assert not missing, "write what these roles may do into the tables of roles"


def test_every_tag_with_its_values_and_refusals_is_told_to_the_author_of_forms() -> None:
    author = read("forms.md")
    rows = keys_of_table(author)
    tags = [f"fiche:{name}" for name in (*tally_tag.ROLES, *tally_tag.BESIDE, tally_tag.NARRATIVE)]
    marks = re.findall(r"\{FICHE\}(\w+)", (ROOT / "forms" / "definition" / "xform.py").read_text("utf-8"))
    wanted = [*tags, *(f"attribute::fiche:{mark}" for mark in marks), *dimension.TAGS]
    values = (*tally_tag.MEASURES, *tally_tag.UNITS, *tally_tag.REACHES)
    missing = [tag for tag in wanted if tag not in rows] + [
        value for value in values if f"`{value}`" not in author
    ]
    missing += [text for text in SENTENCES.values() if re.sub(r"\{\w+\}", "…", text) not in author]
    assert marks
    assert not missing, "write these tags, values or refusals into docs/forms.md"


def test_every_folder_has_its_line_in_the_architecture() -> None:
    rows = keys_of_table(read("architecture.md"))
    folders = {
        str(path.parent.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if not MADE & set(path.parts) and path.parent != ROOT / package
    }
    missing = sorted(folder for folder in folders if f"{folder}/" not in rows)
    assert not missing, "write one sentence for these folders into docs/architecture.md, « Folders »"


def test_every_path_that_is_named_is_there() -> None:
    gone = sorted(
        f"{path.name}: {named}"
        for path in PAGES
        for named in set(PATH.findall(path.read_text("utf-8")))
        if not list(ROOT.glob(named.rstrip("/.")))
    )
    assert not gone, "these paths moved or went: name in the page where they are now"


def test_every_file_of_a_way_is_there() -> None:
    """In the pictures of the ways a file without its folder stands in a folder that its picture names."""
    gone = []
    for way in re.split(r"^###? ", read("architecture.md").partition("## The ways")[2], flags=re.MULTILINE):
        folders = {Path(named).parent for named in PATH.findall(way)}
        for name in re.findall(r"(?<![\w/*])\w+\*?\.py\b", way):
            is_there = any(list((ROOT / folder).glob(name)) for folder in folders)
            gone += [] if is_there else [f"{way.partition(chr(10))[0]}: {name}"]
    assert not gone, "these files moved or went: mend the way in docs/architecture.md"


def test_every_file_that_a_comment_names_is_there() -> None:
    """Paths and dotted names in backticks; of a dotted name the last parts may stand inside the file."""
    gone = sorted(
        f"{path.relative_to(ROOT)}: {named}"
        for path in sources()
        if path.suffix == ".py"
        for named in set(NAMED.findall(path.read_text("utf-8")))
        if not is_there(named)
    )
    assert not gone, "these files or names moved: write in the docstring where they are now"


def test_every_page_is_found_from_the_readme() -> None:
    lost = [path.name for path in PAGES if path.parent == DOCS and f"docs/{path.name}" not in README]
    assert not lost, "link these pages in the table of README.md"


def test_every_rule_that_the_code_cites_stands_in_the_rules() -> None:
    known = set(ANCHOR.findall(read("rules.md")))
    missing = {
        f"{pattern_match.group()} ({path.relative_to(ROOT)})"
        for path in sources()
        for pattern, anchor in CITATIONS
        for pattern_match in pattern.finditer(path.read_text("utf-8"))
        if anchor.format(pattern_match.group(1)) not in known
    }
    assert not missing, "write these rules, each with its anchor, into docs/rules.md"


def test_every_address_stands_in_the_page_of_addresses() -> None:
    assert read("addresses.md") == page(), "the addresses changed: run `make docs`"


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
