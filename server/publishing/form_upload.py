"""Reads an uploaded form: an XForm as it is, or a spreadsheet that is converted."""

from urllib.parse import unquote

from flask import request

from forms.base.refusal import Refusal
from forms.catalogue.sheet import Sheet
from forms.definition.xform import parse_xform
from server.intake.body import read_content
from server.publishing.conversion import convert_apart
from server.settings.settings import Settings
from server.upkeep.java import find_java
from server.words.spreadsheet import XLS, XLSX


class MediaTypeUnknown(Refusal):
    """The body is of a media type that is not taken here (`media_type`, `allowed`)."""


class SheetHasWarnings(Refusal):
    """The form is valid, with warnings to be confirmed (`warnings`; Central 400.16)."""


class FormIdUnusable(Refusal):
    """A form's id that ends like a file's name (`field`, `value`; Central 400.8)."""


class FormIdMissingInSheet(Refusal):
    """The spreadsheet names no form id, and none was given beside it (`field`; Central 400.2)."""


FALLBACK_HEADER = "X-XlsForm-FormId-Fallback"
MEDIA_TYPES = ("application/xml", "text/xml", XLSX, XLS)
ENDINGS = (".xml", ".xls", ".xlsx")


def read_sheet(settings: Settings, *, ignores_warnings: bool, form_id: str = "") -> Sheet:
    """The form in the request's body. `form_id` is that of the form it is for, "" for a new one.

    Raises MediaTypeUnknown, SheetHasWarnings, FormIdUnusable, FormIdMissingInSheet, BodyTooLarge,
    `forms.definition.convert.SheetInvalid` or `forms.definition.xform.XFormInvalid`.
    """
    kind = request.mimetype
    content = read_content(settings.uploads.max_xml_bytes)
    if kind in (XLSX, XLS):
        sheet = _converted(content, ".xlsx" if kind == XLSX else ".xls", form_id, ignores_warnings)
    elif kind in ("", *MEDIA_TYPES):
        sheet = Sheet(content)
    else:
        raise MediaTypeUnknown(media_type=kind, allowed=MEDIA_TYPES)
    found = parse_xform(sheet.xml).form_id
    if found.lower().endswith(ENDINGS):
        raise FormIdUnusable(field="xmlFormId", value=found)
    return sheet


def _converted(content: bytes, file_type: str, form_id: str, ignores_warnings: bool) -> Sheet:
    fallback = unquote(request.headers.get(FALLBACK_HEADER, "")) or form_id
    if fallback.lower().endswith(ENDINGS):  # pyodk gives the name of the file
        fallback = fallback.rpartition(".")[0]
    made = convert_apart(content, file_type=file_type, fallback_id=fallback or MISSING, java=find_java())
    if not fallback and parse_xform(made.xml).form_id == MISSING:
        raise FormIdMissingInSheet(field="formId")
    if made.warnings and not ignores_warnings:
        raise SheetHasWarnings(warnings={"xlsFormWarnings": list(made.warnings), "workflowWarnings": []})
    return Sheet(
        made.xml,
        made.warnings,
        made.is_validated,
        xlsx=content,
        file_type=file_type,
        rows=made.rows,
    )


MISSING = "fiche-form-without-an-id"
