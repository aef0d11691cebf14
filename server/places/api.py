"""/v1/places: the register of places; another list in its place, and taking that back."""

from collections.abc import Mapping, Sequence
from typing import Any

from forms.base.by import By
from forms.base.sqlite import Database
from forms.base.table import Rows
from forms.places import place_versions
from forms.places.gazetteer import BETWEEN_ALIASES, HEADINGS
from forms.places.place_versions import PlaceVersion
from forms.places.places import all_places
from server.base.whole_number import whole_number
from server.places.preview import Preview
from server.places.schema import NewPlaces, PlaceImportAnswer, PlaceLine, PlacesPreview, PlacesUndo
from server.places.take_in import (
    Origin,
    first_month_of,
    preview_import,
    preview_undo,
    take_in,
    undo,
)
from server.web.route import Asking, Resource

resource = Resource("places", "/v1/places")
MOST_CHANGES = 1_000
"""So many changed places are told one by one, those first that are refused."""


@resource.get("", may="place.update", gives=PlaceLine(), gives_many=True)
def every(asking: Asking) -> list[dict[str, Any]]:
    """The places of the register, by code, those too that are not there any more."""
    return [
        {name: getattr(place, name) for name in HEADINGS}
        for place in all_places(asking.db)
        if not place.is_unlisted
    ]


@resource.post("", may="place.update", takes=NewPlaces(), gives=PlacesPreview())
def take(asking: Asking) -> dict[str, Any]:
    """Put a list in place of the register, or with dryRun tell what that would change."""
    body, by = asking.body, By(asking.asker.id, asking.now)
    month = first_month_of(body["first_month"], is_correction=body["is_correction"], by=by)
    rows = _rows(body["places"])
    if body["dry_run"]:
        with asking.here.storage.reading() as db:
            return _told(preview_import(db, rows, body["successors"], by=by), None)

    def work(db: Database) -> dict[str, Any]:
        preview = preview_import(db, rows, body["successors"], by=by)
        return _told(preview, take_in(db, preview, Origin(body["file_name"], month), by=by))

    return asking.write(work)


@resource.get("/imports", may="place.update", gives=PlaceImportAnswer(), gives_many=True)
def imports(asking: Asking) -> list[PlaceVersion]:
    """The imports of places, newest first, those taken back too."""
    return place_versions.versions(asking.db)


@resource.post(
    "/imports/<segment:import_id>/undo", may="place.update", takes=PlacesUndo(), gives=PlacesPreview()
)
def undo_import(asking: Asking, import_id: str) -> dict[str, Any]:
    """Take the last import back, or with dryRun tell what that would change."""
    body, by, number = asking.body, By(asking.asker.id, asking.now), whole_number(import_id)
    if body["dry_run"]:
        with asking.here.storage.reading() as db:
            _version, preview = preview_undo(db, number, body["successors"], by=by)
            return _told(preview, None)

    def work(db: Database) -> dict[str, Any]:
        version, preview = preview_undo(db, number, body["successors"], by=by)
        undo(db, version, preview, by=by)
        return _told(preview, version.id)

    return asking.write(work)


def _rows(places: Sequence[Mapping[str, Any]]) -> Rows:
    """The rows of a table that says the same: whatever is sent is read as a file is."""
    rows: list[tuple[int, Sequence[str]]] = [(0, [names[0] for names in HEADINGS.values()])]
    for number, place in enumerate(places, start=1):
        told = {**place, "aliases": BETWEEN_ALIASES.join(place["aliases"])}
        rows.append((number, ["" if told[name] is None else str(told[name]) for name in HEADINGS]))
    return rows


def _told(preview: Preview, import_id: int | None) -> dict[str, Any]:
    return {
        "import_id": import_id,
        "counts": dict(preview.counts),
        "changes": [
            {
                "code": seen.change.code,
                "name": seen.change.place.name,
                "kinds": list(seen.change.kinds),
                "sheets": seen.sheets,
                "is_refused": seen.is_refused,
            }
            for seen in preview.changes[:MOST_CHANGES]
        ],
        "sheets_changing": preview.sheets_changing,
        "sheets_losing": preview.sheets_losing,
    }
