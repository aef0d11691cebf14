"""The administrator's page of places: the register, another list in its place after a preview, taking that back."""

from typing import Any
from uuid import uuid4

from flask import Response, g, request

from forms.base.by import By
from forms.base.refusal import Refusal
from forms.base.sqlite import Database
from forms.places import place_uploads, place_versions
from forms.places.gazetteer import LAYOUT
from forms.places.places import all_places
from server.base.refusals import ParameterMissing
from server.base.table_reader import read_rows
from server.base.whole_number import whole_number
from server.places.page import BASE, Asked, again, preview_page, register_page, successors_given
from server.places.take_in import (
    Origin,
    first_month_of,
    preview_import,
    preview_undo,
    take_in,
    undo,
)
from server.places.words import register_rows
from server.web.answer import attachment
from server.web.page import given, go, refused
from server.web.problem import sentence
from server.web.route import Asking, Resource
from server.words.language import mark, translate
from server.words.spreadsheet import CSV, csv_file

resource = Resource("places_pages", BASE)
LONGEST_NAME = 120


@resource.get("", may="place.update")
def register(asking: Asking) -> str:
    """How many places there are, the imports, and a file to choose."""
    return register_page(asking)


@resource.get("/register.csv", may="place.update")
def download(asking: Asking) -> Response:
    """The register as CSV, to change and take in again."""
    content = csv_file(register_rows(all_places(asking.db), g.language))
    return attachment(content, CSV, f"{translate(g.language, mark('places'))}.csv")


@resource.post("/uploads", may="place.update")
def upload(asking: Asking) -> Any:
    """A file comes: it is kept for a day, and nothing of it counts before it is confirmed."""
    file = request.files.get("file")
    name = (file.filename or "")[-LONGEST_NAME:] if file else ""
    if file is None or not name:
        return again(asking, ParameterMissing(names=(translate(g.language, mark("File")),)))
    content, by = file.stream.read(LAYOUT.largest_file + 1), By(asking.asker.id, asking.now)
    try:
        with asking.here.storage.reading() as db:
            preview_import(db, read_rows(content, name, LAYOUT), {}, by=by)
    except Refusal as refusal:
        return again(asking, refusal)
    token = uuid4().hex
    asking.write(lambda db: place_uploads.add_upload(db, content, token=token, file_name=name, by=by))
    return go(f"{BASE}/uploads/{token}")


@resource.get("/uploads/<segment:upload>", may="place.update")
def preview(asking: Asking, upload: str) -> str:
    """What would change: places, and the sheets that name them."""
    return _preview(asking, asking.db, upload, {})


@resource.post("/uploads/<segment:upload>", may="place.update")
def confirm(asking: Asking, upload: str) -> Any:
    """Take the list in, look at it again with the successors that were named, or put it aside."""
    choice, successors, by = given("choice"), successors_given(), By(asking.asker.id, asking.now)
    if choice == "look":
        with asking.again() as reading:
            return _preview(reading, reading.db, upload, successors)
    try:
        month = first_month_of(given("from"), is_correction=given("correction") == "yes", by=by)
        return go(asking.write(lambda db: _take_in(asking, db, upload, month)))
    except Refusal as refusal:
        error = sentence(refusal, g.language)
        with asking.again() as reading:
            return refused(_preview(reading, reading.db, upload, successors, error=error))


@resource.get("/imports/<segment:import_id>/undo", may="place.update")
def preview_of_undo(asking: Asking, import_id: str) -> str:
    """What it would change to take an import back."""
    return _preview_undo(asking, import_id, {})


@resource.post("/imports/<segment:import_id>/undo", may="place.update")
def undo_import(asking: Asking, import_id: str) -> Any:
    """Take the last import back, or look again with the successors that were named."""
    successors, by = successors_given(), By(asking.asker.id, asking.now)
    if given("choice") == "look":
        with asking.again() as reading:
            return _preview_undo(reading, import_id, successors)

    def work(db: Database) -> str:
        if given("state") != place_versions.state_of(db):
            return f"{BASE}/imports/{import_id}/undo?overtaken=yes"
        version, seen = preview_undo(db, whole_number(import_id), successors, by=by)
        undo(db, version, seen, by=by)
        return f"{BASE}?done={version.id}"

    return go(asking.write(work))


def _take_in(asking: Asking, db: Database, upload: str, first_month: str) -> str:
    by = By(asking.asker.id, asking.now)
    waiting = place_uploads.find_upload(db, upload, actor_id=asking.asker.id, now=asking.now)
    if given("choice") == "drop":
        place_uploads.drop_upload(db, waiting.token)
        return BASE
    if given("state") != place_versions.state_of(db):
        return f"{BASE}/uploads/{waiting.token}?overtaken=yes"
    rows = read_rows(waiting.content, waiting.file_name, LAYOUT)
    seen = preview_import(db, rows, successors_given(), by=by)
    version = take_in(db, seen, Origin(waiting.file_name, first_month), by=by)
    place_uploads.drop_upload(db, waiting.token)
    return f"{BASE}?done={version}"


def _preview(asking: Asking, db: Database, token: str, successors: dict[str, str], *, error: str = "") -> str:
    waiting = place_uploads.find_upload(db, token, actor_id=asking.asker.id, now=asking.now)
    rows, by = read_rows(waiting.content, waiting.file_name, LAYOUT), By(asking.asker.id, asking.now)
    try:
        seen = preview_import(db, rows, successors, by=by)
    except Refusal as refusal:  # of the successors alone: the file was read when it came
        error = error or sentence(refusal, g.language)
        seen = preview_import(db, rows, {}, by=by)
    title = translate(g.language, mark("Preview of the places"))
    asked = Asked(f"{BASE}/uploads/{waiting.token}", title, waiting.file_name)
    return preview_page(asking, seen, asked, successors=successors, error=error)


def _preview_undo(asking: Asking, import_id: str, successors: dict[str, str]) -> str:
    by, number, error = By(asking.asker.id, asking.now), whole_number(import_id), ""
    try:
        version, seen = preview_undo(asking.db, number, successors, by=by)
    except Refusal as refusal:
        if not successors:
            raise
        error = sentence(refusal, g.language)
        version, seen = preview_undo(asking.db, number, {}, by=by)
    title = translate(g.language, mark("Take an import of places back"))
    asked = Asked(f"{BASE}/imports/{version.id}/undo", title, version.file_name, is_undo=True)
    return preview_page(asking, seen, asked, successors=successors, error=error)
