"""Takes a list of places in, and takes it back: for the page, programs and the command line alike."""

from collections.abc import Mapping
from dataclasses import dataclass

from forms.base.by import By
from forms.base.month import Month
from forms.base.refusal import Refusal
from forms.base.sqlite import Database
from forms.base.table import Rows
from forms.places import place_versions
from forms.places.gazetteer import Register, read_gazetteer
from forms.places.place import locate_all
from forms.places.place_versions import PlaceVersion
from forms.places.places import all_places, replace_places
from forms.places.register_change import with_successors
from forms.places.register_check import mistakes
from server.base.refusals import ParameterInvalid
from server.places.preview import Preview, preview_of
from sync import audits

SHOWN_CODES = 20


class PlacesHaveSheets(Refusal):
    """Places that would be dropped have sheets (`places`, some of their codes; `count` of them, `sheets`)."""


class RegisterUnfit(Refusal):
    """The register that this would make does not hang together (`places`)."""


class PlacesUnchanged(Refusal):
    """The list says what the register says."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a list of places comes from, and from when on its map is in force."""

    file_name: str
    first_month: str
    """"" where the list mends what was wrong all along."""


def first_month_of(text: str, *, is_correction: bool, by: By) -> str:
    """The month from which a map is in force: as written, this one where nothing is, "" for a correction.

    Raises ParameterInvalid.
    """
    if is_correction:
        return ""
    if text and not Month.is_written(text):
        raise ParameterInvalid(parameter="from", value=text, allowed=("2020-03",))
    return text or str(Month.of(by.at.date()))


def preview_import(db: Database, rows: Rows, successors: Mapping[str, str], *, by: By) -> Preview:
    """What a table of places would change. Raises what `forms.places.gazetteer.read_gazetteer` raises."""
    present = all_places(db)
    register = Register(present, successors, by.at.date().isoformat())
    return preview_of(db, present, read_gazetteer(rows, register))


def take_in(db: Database, preview: Preview, origin: Origin, *, by: By) -> int:
    """Put the places of a preview in the register; gives the number of the import.

    The preview is of this transaction. Raises PlacesUnchanged or PlacesHaveSheets.
    """
    if not preview.changes:
        raise PlacesUnchanged
    _refuse_lost_sheets(preview)
    version_id = place_versions.add_version(
        db,
        [seen.change for seen in preview.changes],
        file_name=origin.file_name,
        first_month=origin.first_month,
        by=by,
    )
    replace_places(db, locate_all(preview.places)[0])
    _note(db, "place.import", version_id, preview, by=by)
    return version_id


def preview_undo(
    db: Database, version_id: int | None, successors: Mapping[str, str], *, by: By
) -> tuple[PlaceVersion, Preview]:
    """The import of a number, and what it would change to undo it.

    Raises PlaceVersionUnknown, PlaceVersionNotLast, SuccessorUnfit or RegisterUnfit.
    """
    version = place_versions.version_to_undo(db, version_id)
    present = all_places(db)
    before = place_versions.places_without(present, place_versions.changes_of(db, version.id))
    places = with_successors(present, before, successors, last_day=by.at.date().isoformat())
    wrong = sorted({mistake.code for mistake in mistakes(places)})
    if wrong:
        raise RegisterUnfit(places=tuple(wrong[:SHOWN_CODES]))
    return version, preview_of(db, present, places)


def undo(db: Database, version: PlaceVersion, preview: Preview, *, by: By) -> None:
    """Undo an import: its preview is of this transaction. Raises PlacesHaveSheets."""
    _refuse_lost_sheets(preview)
    place_versions.set_undone(db, version.id, by=by)
    replace_places(db, locate_all(preview.places)[0])
    _note(db, "place.undo", version.id, preview, by=by)


def _refuse_lost_sheets(preview: Preview) -> None:
    if preview.refused:
        codes = tuple(seen.change.code for seen in preview.refused[:SHOWN_CODES])
        raise PlacesHaveSheets(places=codes, count=len(preview.refused), sheets=preview.sheets_losing)


def _note(db: Database, action: str, version_id: int, preview: Preview, *, by: By) -> None:
    details = {
        "import": version_id,
        "places": len(preview.changes),
        "sheets": preview.sheets_changing,
    }
    audits.append(db, action, by, details=details)
