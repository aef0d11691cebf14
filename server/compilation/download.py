"""The compilation sheet as a file to take away: the one function that pages, the API and commands call."""

from dataclasses import dataclass
from datetime import datetime

from server.base.refusals import FormatNotOffered
from server.compilation.compiling import MonthShown
from server.compilation.file import workbook
from server.compilation.paper import can_print, paper
from server.compilation.table import Reader
from server.words.spreadsheet import XLSX

MEDIA_TYPES = {"xlsx": XLSX, "pdf": "application/pdf"}


@dataclass(frozen=True, slots=True)
class Download:
    """A file."""

    content: bytes
    media_type: str
    name: str


@dataclass(frozen=True, slots=True)
class Edition:
    """What a file says of itself beside the sheet."""

    made_at: datetime
    number: str
    """Of the report, by which the table comes back as it was."""


def refuse_format(file_format: str) -> None:
    """Raise FormatNotOffered for what no file is made of, also for a PDF without typst: before it has a number."""
    if file_format not in MEDIA_TYPES or (file_format == "pdf" and not can_print()):
        raise FormatNotOffered(format=file_format)


def download(shown: MonthShown, reader: Reader, status: str, file_format: str, edition: Edition) -> Download:
    """The sheet of a status as "xlsx" or "pdf". Raises FormatNotOffered."""
    refuse_format(file_format)
    make = workbook if file_format == "xlsx" else paper
    name = f"fiche-{shown.asked.code}-{shown.asked.month}.{file_format}"
    return Download(
        make(shown, reader, status, edition.made_at, edition.number), MEDIA_TYPES[file_format], name
    )
