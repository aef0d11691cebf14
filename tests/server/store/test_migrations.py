"""Migrations are frozen text: what they did on the day they were written, they do for good."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from forms.base.sqlite import Database
from server.store import database

ROOT = Path(__file__).parents[3]
PACKAGES = ("forms", "sync", "aggregates", "server")


def literals(tree: ast.Module) -> set[str]:
    """The names of a file that are plain values, written out in it."""
    names = set()
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                ast.literal_eval(node.value)
            except ValueError:
                continue
            names.add(node.targets[0].id)
    return names


def live_names(function: ast.FunctionDef, frozen: set[str]) -> Iterator[str]:
    """What a migration refers to beside its database, its own variables and plain values."""
    own = {argument.arg for argument in function.args.args}
    own |= {
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    for part in function.body:
        for node in ast.walk(part):
            if isinstance(node, ast.Name) and node.id not in own | frozen:
                yield node.id
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield ast.unparse(node)


def migrations(source: str) -> Iterator[tuple[str, list[str]]]:
    """Each migration of a file with what it refers to that may change."""
    tree = ast.parse(source)
    frozen = literals(tree)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.decorator_list:
            yield node.name, sorted(live_names(node, frozen))


def test_a_migration_refers_to_its_database_and_to_plain_values_alone() -> None:
    seen = 0
    for package in PACKAGES:
        for name, live in migrations(next((ROOT / package).rglob("tables.py")).read_text()):
            assert live == [], f"{package}: {name} changes when these change"
            seen += 1
    assert seen > 20


def test_no_file_of_migrations_reads_another_file_of_the_project() -> None:
    for package in PACKAGES:
        tree = ast.parse(next((ROOT / package).rglob("tables.py")).read_text())
        read = [node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        assert read == ["forms.base.sqlite"], package


@pytest.mark.parametrize(
    ("body", "live"),
    [
        ("db.execute(FROZEN)", []),
        ("for each in FROZEN: db.execute(f'CREATE TABLE {each} (id)')", []),
        ("for shelf in SHELVES: put_up(db, shelf)", ["SHELVES", "put_up"]),
        ("from aggregates import tallies", ["from aggregates import tallies"]),
        ("db.execute(MADE)", ["MADE"]),
    ],
)
def test_what_may_change_is_found(body: str, live: list[str]) -> None:
    source = f"FROZEN = ('a', 'b')\nMADE = ', '.join(COLUMNS)\n@migrations()\ndef m001(db: Database):\n    {body}\n"
    assert dict(migrations(source))["m001"] == live


def test_a_package_puts_nothing_on_the_tables_of_another() -> None:
    db = Database(memory=True)
    of_others: set[str] = set()
    for migrations_of_package in database.MIGRATIONS:
        before = made(db)
        migrations_of_package.apply(db)
        put = made(db) - before
        assert not {name for name, table in put if table in of_others}, migrations_of_package.name
        of_others |= {table for _name, table in put}


def made(db: Database) -> set[tuple[str, str]]:
    """The name of each table, index and trigger with the table that it is of."""
    rows = db.execute("SELECT name, tbl_name FROM sqlite_master WHERE tbl_name <> '_sqlite_migrations'")
    return set(rows.fetchall())
