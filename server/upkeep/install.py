"""What `fiche init` does, as often as one likes: configuration, database, places, project, account, forms."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import forms
import server.settings
from forms.base.blobs import BlobStore
from forms.base.by import By
from forms.base.sqlite import Database
from forms.catalogue.definitions import find_definition, find_form
from forms.catalogue.publish import Published, Publisher, publish
from forms.catalogue.sheet import Sheet
from forms.definition.convert import convert_sheet
from forms.definition.xform import parse_xform
from forms.places.gazetteer import LAYOUT, read_places
from forms.places.place import Place, locate_all, media_files
from forms.places.places import all_places, replace_places
from forms.places.projects import Project, create_project, find_project, list_projects
from server.base.table_reader import read_rows
from server.identity.accounts import add_administrator, administrators
from server.identity.password import new_password
from server.settings.settings import Settings
from server.store.database import Storage
from sync.intake.rows import make_tables

EXAMPLE = Path(server.settings.__file__).parent / "config.example.toml"
SHEETS = Path(next(iter(forms.__path__))) / "sheets"
GAZETTEER = "gazetteer.csv"
FIRST_PROJECT = "Initiative Spotlight"
ADMINISTRATOR = "admin@fiche.local"


@dataclass(frozen=True, slots=True)
class Installation:
    """What is there after `install`."""

    email: str
    password: str
    """"" where the account was there before: a password is shown once."""
    project: Project
    published: tuple[Published, ...]
    """The shipped sheets that were published just now."""


def write_configuration(path: Path) -> bool:
    """Write the example configuration where there is none; gives whether it wrote one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:
        return False
    with os.fdopen(handle, "wb") as file:
        file.write(EXAMPLE.read_bytes())
    return True


def open_storage(
    settings: Settings, progress: Callable[[int, int], None] = lambda done, total: None
) -> tuple[Storage, BlobStore]:
    """The database with its tables up to date, and the blobs, in a folder that is nobody else's to read.

    `progress` is told how many views are made anew, of how many, where an upgrade makes that take long.
    """
    settings.data_directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings.data_directory.chmod(0o700)
    storage = Storage(settings.database_path)
    storage.migrate(progress)
    storage.sum_up_by(settings.reporting_scheme)
    return storage, BlobStore(settings.blobs_path)


def install(
    settings: Settings, storage: Storage, blobs: BlobStore, *, now: datetime, java: str | None
) -> Installation:
    """Bring an installation to where work can begin; what is there already stays as it is.

    Raises what reading the shipped sheets may raise (`forms.definition.convert.SheetInvalid`,
    `forms.catalogue.publish`).
    """
    sheets = shipped_sheets(java)
    with storage.writing() as db:
        if not all_places(db):
            take_places(db, shipped_places())
        project = _first_project(db, now)
        email, password = _administrator(db, now)
        published = publish_missing(db, blobs, sheets, settings=settings, project_id=project.id, now=now)
    return Installation(email, password, project, published)


def take_places(db: Database, places: tuple[Place, ...]) -> tuple[int, tuple[Place, ...]]:
    """Put these places in the register; gives how many it holds, and those that hang on no other place."""
    located, stray = locate_all(places)
    return replace_places(db, located), stray


def shipped_places() -> tuple[Place, ...]:
    """The places that come with fiche, partly invented."""
    return read_places(read_rows((SHEETS / GAZETTEER).read_bytes(), GAZETTEER, LAYOUT))


def shipped_sheets(java: str | None) -> tuple[Sheet, ...]:
    """The field sheets that come with fiche, converted."""
    return tuple(read_sheet(path, java) for path in sorted(SHEETS.glob("*.xlsx")))


def read_sheet(path: Path, java: str | None) -> Sheet:
    """A form from a file: an XLSForm, or an XForm as it is. Raises SheetInvalid, OSError."""
    content = path.read_bytes()
    if path.suffix == ".xml":
        return Sheet(content)
    converted = convert_sheet(content, file_type=path.suffix, fallback_id=path.stem, java=java)
    return Sheet(
        converted.xml,
        converted.warnings,
        converted.is_validated,
        xlsx=content if path.suffix == ".xlsx" else None,
        rows=converted.rows,
    )


def media_at_hand(db: Database, *, today: str) -> Mapping[str, bytes]:
    """The lists that every sheet may name: the shipped ones, and the places that are there today ("2020-01-31")."""
    shipped = {
        path.name: path.read_bytes() for path in sorted(SHEETS.glob("*.csv")) if path.name != GAZETTEER
    }
    return {**shipped, **media_files(all_places(db), today)}


def publish_missing(
    db: Database,
    blobs: BlobStore,
    sheets: tuple[Sheet, ...],
    *,
    settings: Settings,
    project_id: int,
    now: datetime,
) -> tuple[Published, ...]:
    """Publish the sheets that a project does not have in these versions.

    A version that is there stays, with the lists it was published with: phones hold it.
    """
    media = media_at_hand(db, today=now.date().isoformat())
    published = []
    for sheet in sheets:
        definition = parse_xform(sheet.xml)
        form = find_form(db, project_id, definition.form_id)
        if form and find_definition(db, form.id, definition.version):
            continue
        published.append(
            publish(
                db,
                blobs,
                Publisher(settings.reporting_bands, make_tables, By(None, now)),
                project_id=project_id,
                sheet=sheet,
                media=media,
            )
        )
    return tuple(published)


def _first_project(db: Database, now: datetime) -> Project:
    projects = list_projects(db)
    if projects:
        return projects[0]
    found = find_project(db, create_project(db, FIRST_PROJECT, now=now))
    assert found is not None  # it was created in this transaction
    return found


def _administrator(db: Database, now: datetime) -> tuple[str, str]:
    known = administrators(db)
    if known:
        return known[0].email, ""
    password = new_password()
    add_administrator(db, ADMINISTRATOR, password, now=now)
    return ADMINISTRATOR, password
