"""A place to work in a test: a real database file, a blob folder, a project, and forms from small tables."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from forms.base.blobs import BlobStore
from forms.base.by import By
from forms.catalogue.publish import Published, Publisher, publish
from forms.catalogue.sheet import Sheet
from forms.definition.age_scheme import AgeScheme, read_scheme
from forms.definition.convert import convert_sheet
from forms.places.projects import create_project
from server.store.database import Storage
from sync.intake.rows import make_tables

BEGINNING = datetime(2020, 1, 1, tzinfo=UTC)
SCHEME = read_scheme("18,5-17,18+")
BANDS = SCHEME.bands


@lru_cache(maxsize=200)
def converted(markdown: str) -> Sheet:
    """An XLSForm written as a Markdown table, converted once for all tests that publish it."""
    made = convert_sheet(markdown.encode(), file_type=".md", fallback_id="form", java=None)
    return Sheet(made.xml, made.warnings, made.is_validated)


@cache
def empty_database() -> bytes:
    """A database file with every table and nothing in it: made once, since each migration waits for the disk."""
    with TemporaryDirectory() as folder:
        storage = Storage(Path(folder) / "fiche.db")
        storage.migrate()
        storage.close()
        return storage.path.read_bytes()


def new_storage(path: Path) -> Storage:
    """A database of a test's own, its tables up to date."""
    path.write_bytes(empty_database())
    return Storage(path)


@dataclass
class Station:
    """One database with one project."""

    storage: Storage
    blobs: BlobStore
    project_id: int
    scheme: AgeScheme = SCHEME

    def publish(self, markdown: str, media: dict[str, bytes] | None = None) -> Published:
        """Publish an XLSForm written as a Markdown table."""
        with self.storage.writing() as db:
            return publish(
                db,
                self.blobs,
                Publisher(self.scheme.bands, make_tables, By(None, BEGINNING)),
                project_id=self.project_id,
                sheet=converted(markdown),
                media=media or {},
            )


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    """A new database with an empty project."""
    storage = new_storage(tmp_path / "fiche.db")
    with storage.writing() as db:
        project_id = create_project(db, "Initiative Spotlight", now=BEGINNING)
    yield Station(storage, BlobStore(tmp_path / "blobs"), project_id)
    storage.close()
