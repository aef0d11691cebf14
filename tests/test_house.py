"""The house rules, held by the code itself: who imports whom, what kind of file touches what, and sizes."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ORDER = ["forms", "sync", "aggregates", "server"]
VERBS = {
    "compile",
    "convert",
    "examine",
    "expect",
    "export",
    "publish",
    "rebuild",
    "receive",
    "report",
    "roll_up",
    "decide",
    "sign",
}
KEEPERS_BY_ANOTHER_NAME = {"sqlite"}
"""Chooses the database driver; everything that is given an open database may name its type."""
OUTSIDE = {"sqlite_utils", "sqlcipher3", "requests", "os", "pathlib", "tempfile", "apscheduler", "shutil"}
SQL = re.compile(r"\b(SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM)\b", re.DOTALL)
MODULES = sorted(path for folder in ORDER for path in (ROOT / folder).rglob("*.py"))
LINES_A_FILE = 400
LINES_A_FUNCTION = 60


def kind(name: str) -> str:
    """A plural keeps, a verb does, everything else computes."""
    if name in VERBS:
        return "does"
    return "keeps" if name.endswith("s") or name in KEEPERS_BY_ANOTHER_NAME else "computes"


def imported(tree: ast.AST) -> Iterator[str]:
    """Modules that a file imports, at its top or inside a function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: write the import whole"
            assert node.module is not None
            is_package = (ROOT / node.module.replace(".", "/")).is_dir()
            yield from (f"{node.module}.{name.name}" if is_package else node.module for name in node.names)


def texts(tree: ast.AST) -> Iterator[str]:
    """String constants that are no docstrings, f-strings with their holes left out."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield " x ".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.value


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_stays_in_its_place(path: Path) -> None:
    tree = ast.parse(path.read_text())
    package = path.relative_to(ROOT).parts[0]
    names = set(imported(tree))
    tops = {name.partition(".")[0] for name in names}

    assert not tops & set(ORDER[ORDER.index(package) + 1 :]), "imports upwards"
    if package != "server":
        assert "flask" not in tops, "only server/ knows the web"
        assert_kind_is_kept(path, tree, names, tops)


def assert_kind_is_kept(path: Path, tree: ast.AST, names: set[str], tops: set[str]) -> None:
    mine = kind(path.stem)
    if path.stem in KEEPERS_BY_ANOTHER_NAME or path.stem == "__init__":
        return
    assert mine != "computes" or not tops & OUTSIDE, "a singular file touches the world"
    assert mine == "keeps" or not any(SQL.search(text) for text in texts(tree)), "SQL outside a plural file"
    text = path.read_text()
    assert not re.search(r"\b(now|utcnow|today)\(\)", text) or path.stem == "roll_up", "takes the time"
    assert not re.search(r"\.(commit|rollback|atomic)\(", text), "the edge owns the transaction"
    barred = {"does": {"does"}, "keeps": {"does"}, "computes": {"does", "keeps"}}[mine]
    inner = [name.split(".") for name in names if name.partition(".")[0] in ORDER]
    for parts in inner:
        if len(parts) > 1 and parts[-1] not in KEEPERS_BY_ANOTHER_NAME | {"blobs"}:
            assert kind(parts[-1]) not in barred, f"{mine}, but imports {'.'.join(parts)}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_has_one_subject_and_a_function_is_told_in_steps(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= LINES_A_FILE, "one subject a file"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno < LINES_A_FUNCTION, f"{node.name}: tell it in steps"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_public_function_says_what_it_promises(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree), "the first line of a file says what it holds"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            nested = any(
                isinstance(outer, ast.FunctionDef) and node in ast.walk(outer) and outer is not node
                for outer in ast.walk(tree)
            )
            assert nested or ast.get_docstring(node), f"{node.name} has no docstring"


def test_only_one_file_asks_the_clock() -> None:
    asking = re.compile(r"\b(datetime\.now|datetime\.utcnow|date\.today|time\.time)\(")
    assert [str(path.relative_to(ROOT)) for path in MODULES if asking.search(path.read_text())] == [
        "server/base/clock.py"
    ]


def test_only_one_file_chooses_the_database_driver() -> None:
    drivers = {"sqlite3", "sqlite_utils", "sqlcipher3", "pysqlite3"}
    choosing = [
        path
        for path in MODULES
        if drivers & {name.partition(".")[0] for name in imported(ast.parse(path.read_text()))}
    ]
    assert [str(path.relative_to(ROOT)) for path in choosing] == ["forms/base/sqlite.py"]
