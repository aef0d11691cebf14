"""What programs send and are answered about the register of places, as marshmallow schemas."""

from typing import Any

from marshmallow import fields, validate

from forms.places.gazetteer import LAYOUT
from server.web.schema import Said, moment_field

LONGEST_TEXT = 300
MOST_SUCCESSORS = 1_000


def _text(**more: Any) -> fields.String:
    return fields.String(validate=validate.Length(max=LONGEST_TEXT), **more)


def _number(**more: Any) -> fields.Float:
    return fields.Float(allow_none=True, load_default=None, **more)


class PlaceLine(Said):
    """One place of the register."""

    code = _text(required=True)
    level = _text(required=True)
    name = _text(required=True)
    parent = _text(load_default="")
    cso = _text(load_default="")
    latitude = _number()
    longitude = _number()
    population = fields.Integer(strict=True, allow_none=True, load_default=None)
    aliases = fields.List(_text(), load_default=list)
    """Other codes and names by which it is sent and searched."""
    valid_from = _text(load_default="")
    valid_to = _text(load_default="")
    successor = _text(load_default="")


class PlacesUndo(Said):
    """How an import is undone."""

    successors = fields.Dict(
        keys=_text(), values=_text(), load_default=dict, validate=validate.Length(max=MOST_SUCCESSORS)
    )
    """By the code of a place that is left out, that of the place that it became a part of."""
    dry_run = fields.Boolean(load_default=False)
    """Whether only what would change is told."""


class NewPlaces(PlacesUndo):
    """A list of places, in place of the register."""

    file_name = fields.String(load_default="API", validate=validate.Length(1, 120))
    """What the list is called where people look at it."""
    first_month = _text(load_default="")
    """From which month on moved places are where the list says; this month if not given."""
    is_correction = fields.Boolean(load_default=False)
    """Whether moved places have always been where the list says."""
    places = fields.List(
        fields.Nested(PlaceLine), required=True, validate=validate.Length(1, LAYOUT.most_rows)
    )


class PlaceChangeAnswer(Said):
    """What happens to one place."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    kinds = fields.List(fields.String(), required=True)
    sheets = fields.Integer(required=True)
    """How many sheets name it, or a place below it that stands elsewhere then."""
    is_refused = fields.Boolean(required=True)
    """Whether it cannot be dropped: it has sheets, and nobody names its successor."""


class PlacesPreview(Said):
    """What changes, and the import that changed it."""

    import_id = fields.Integer(required=True, allow_none=True)
    """None where nothing was changed."""
    counts = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    """By what happens, how many places."""
    changes = fields.List(fields.Nested(PlaceChangeAnswer), required=True)
    sheets_changing = fields.Integer(required=True)
    """Sheets that stand elsewhere on the map of today."""
    sheets_losing = fields.Integer(required=True)
    """Sheets whose place would be gone."""


class PlaceImportAnswer(Said):
    """An import of places."""

    id = fields.Integer(required=True)
    file_name = fields.String(required=True)
    first_month = fields.String(required=True)
    """From which month on its map is in force, "" where it mends what was wrong."""
    imported_at = moment_field(required=True)
    imported_by = fields.Integer(required=True, allow_none=True)
    undone_at = moment_field(required=True, allow_none=True)
    undone_by = fields.Integer(required=True, allow_none=True)
    changes = fields.Integer(required=True)
    """Of how many places."""
