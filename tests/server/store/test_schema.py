"""`docs/schema.sql` shows the tables as they are, and any database has the same, however old it is."""

from pathlib import Path

from server.store.schemas import new_schema

SCHEMA = Path(__file__).parents[3] / "docs" / "schema.sql"


def test_the_document_shows_the_tables_of_a_new_database() -> None:
    assert SCHEMA.read_text() == new_schema(), "make schema"
