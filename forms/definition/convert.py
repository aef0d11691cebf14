"""The journey of a spreadsheet: turns an XLSForm (a spreadsheet, or a Markdown table in tests) into an XForm
with pyxform, and has ODK Validate look at it where there is a Java."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO

from forms.base.refusal import Refusal
from forms.definition.xlsform import SheetRow, locate

FILE_TYPES = (".xlsx", ".xls", ".csv", ".md")
UNFINISHED = {"XForm took to long to completely validate.", "Bad return code from ODK Validate."}
"""What pyxform says, as a warning, where ODK Validate was started and did not come to an end."""
LARGEST_UNPACKED = 50_000_000
"""A workbook is a zip file: one that unpacks to more than this is a bomb, not a form."""


class SheetInvalid(Refusal):
    """The spreadsheet is no XLSForm (`reason`: pyxform's or ODK Validate's own words, with row and sheet)."""


@dataclass(frozen=True, slots=True)
class Converted:
    """What came out of a spreadsheet."""

    xml: bytes
    warnings: tuple[str, ...]
    is_validated: bool
    """Whether ODK Validate has loaded the form. Without Java it cannot."""
    rows: Mapping[str, SheetRow] = field(default_factory=dict)
    """Where its questions stand, for a workbook."""


def convert_sheet(content: bytes, *, file_type: str, fallback_id: str, java: str | None) -> Converted:
    """The XForm of a spreadsheet.

    `file_type` is the ending of its name; `fallback_id` names a form whose settings do not; `java` is the
    path of a Java to run ODK Validate with, None for none. Raises SheetInvalid.
    """
    if file_type not in FILE_TYPES:
        raise SheetInvalid(reason=f"{file_type or '?'}: {', '.join(FILE_TYPES)}")
    if file_type == ".xlsx":
        _refuse_bomb(content)
    from pyxform.errors import (
        PyXFormError,  # here, not above: it takes half a second and 12 MB
    )
    from pyxform.validators.odk_validate import ODKValidateError
    from pyxform.xls2json_backends import Definition, SupportedFileTypes
    from pyxform.xls2xform import convert

    source = Definition(BytesIO(content), SupportedFileTypes(file_type), fallback_id)
    try:
        with _java_on_path(java):
            result = convert(source, file_type=file_type, validate=java is not None)
    except ODKValidateError as error:
        raise SheetInvalid(reason=_first_lines(str(error))) from None
    except PyXFormError as error:
        raise SheetInvalid(reason=str(error)) from None
    except Exception as error:  # a broken workbook fails in whichever library meets it first
        raise SheetInvalid(reason=f"{type(error).__name__}: {error}") from None
    warnings = tuple(text for warning in result.warnings if (text := _own_words(warning)))
    is_validated = java is not None and not UNFINISHED.intersection(warnings)
    rows = locate(content, file_type=file_type)
    return Converted(result.xform.encode(), warnings, is_validated, rows)


def _refuse_bomb(content: bytes) -> None:
    from zipfile import BadZipFile, ZipFile

    try:
        with ZipFile(BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except BadZipFile:
        raise SheetInvalid(reason=".xlsx: no workbook") from None
    if unpacked > LARGEST_UNPACKED:
        raise SheetInvalid(reason=f".xlsx: {unpacked} bytes unpacked")


@contextmanager
def _java_on_path(java: str | None) -> Iterator[None]:
    """pyxform looks for `java` on PATH alone. In the C locale Java would read the form as ASCII."""
    if java is None:
        yield
        return
    before = {name: os.environ.get(name) for name in ("PATH", "JAVA_TOOL_OPTIONS")}
    os.environ["PATH"] = f"{os.path.dirname(java)}{os.pathsep}{os.environ.get('PATH', '')}"
    os.environ["JAVA_TOOL_OPTIONS"] = "-Dfile.encoding=UTF-8"
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _first_lines(text: str) -> str:
    """Validate's own words, without Java's stack trace."""
    lines = [line for line in _own_words(text).splitlines() if not line.lstrip().startswith("at ")]
    return "\n".join(lines)[:2000]


def _own_words(text: str) -> str:
    """What a tool says of the form, without Java's note of its options and a heading above nothing."""
    lines = [line for line in text.splitlines() if line.strip() and "JAVA_TOOL_OPTIONS" not in line]
    return "\n".join(lines) if lines != ["ODK Validate Warnings:"] else ""
