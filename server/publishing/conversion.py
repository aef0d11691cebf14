"""Turns an uploaded spreadsheet into an XForm in a process of its own.

A hostile or merely huge workbook can then cost a child its life and never the server's memory; the child has a
time limit, and pyxform's 12 MB and its changes of the environment stay with it.
"""

import json
import resource
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from forms.base.refusal import Refusal
from forms.definition.convert import Converted, SheetInvalid, convert_sheet
from forms.definition.xlsform import SheetRow
from server.base.waiting_line import WaitingLine


class FileTypeUnknown(Refusal):
    """A file's name has an ending that is not known here (`name`, `allowed`)."""


class ConversionsBusy(Refusal):
    """Other workbooks are being converted, and others wait; `seconds` says when to try again."""


AT_ONCE = 1
IN_LINE = 3
"""Of the threads of a process, at most so many convert or wait to."""
RETRY_SECONDS = 30
_line = WaitingLine(at_once=AT_ONCE, in_line=IN_LINE)

SECONDS = 90
MEMORY_BYTES = 8_000_000_000
"""Of addresses: Java reserves far more than it uses."""
FIRST_TO_GO = Path("/proc/self/oom_score_adj")
"""By which Linux chooses what to end when memory runs out."""


def convert_apart(content: bytes, *, file_type: str, fallback_id: str, java: str | None) -> Converted:
    """The XForm of a spreadsheet (see `forms.definition.convert.convert_sheet`), one after the other.

    Raises SheetInvalid, or ConversionsBusy.
    """
    script = "from server.publishing.conversion import main; main()"
    command = [sys.executable, "-I", "-c", script, file_type, fallback_id, java or ""]
    try:
        with _line.turn(ConversionsBusy(seconds=RETRY_SECONDS)):
            done = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise SheetInvalid(reason=f"> {SECONDS} s") from None
    if done.returncode:
        raise SheetInvalid(reason=f"pyxform: {done.stderr.decode(errors='replace').strip()[-300:] or '?'}")
    told = json.loads(done.stdout)
    if "reason" in told:
        raise SheetInvalid(reason=told["reason"])
    rows = {path: SheetRow(*row) for path, row in told["rows"].items()}
    return Converted(told["xml"].encode(), tuple(told["warnings"]), told["is_validated"], rows)


def main() -> None:
    """The child: a spreadsheet on standard input, JSON on standard output."""
    with suppress(OSError):
        FIRST_TO_GO.write_text("1000")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    file_type, fallback_id, java = sys.argv[1:4]
    try:
        made = convert_sheet(
            sys.stdin.buffer.read(), file_type=file_type, fallback_id=fallback_id, java=java or None
        )
    except SheetInvalid as error:
        told: dict[str, object] = {"reason": error.facts["reason"]}
    except MemoryError:
        told = {"reason": "too large"}
    else:
        told = {
            "xml": made.xml.decode(),
            "warnings": made.warnings,
            "is_validated": made.is_validated,
            "rows": {path: (row.sheet, row.row, dict(row.columns)) for path, row in made.rows.items()},
        }
    sys.stdout.write(json.dumps(told))
