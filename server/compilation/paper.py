"""The compilation sheet as an A4 PDF to sign: typst sets `compilation.typ`, into which only data goes."""

import json
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path

from server.compilation import words
from server.compilation.compiling import MonthShown
from server.compilation.file import about, phones_seen
from server.compilation.table import Reader, ShownBlock, shown_blocks
from server.words.language import mark

TEMPLATE = Path(__file__).parent / "compilation.typ"


def can_print() -> bool:
    """Whether typst is installed: there are machines for which it has no wheel."""
    return find_spec("typst") is not None


def paper(shown: MonthShown, reader: Reader, status: str, now: datetime, number: str = "") -> bytes:
    """The sheet of a status as PDF."""
    import typst

    told = json.dumps(paper_text(shown, reader, status, now, number), ensure_ascii=False)
    made: bytes = typst.compile(str(TEMPLATE), format="pdf", sys_inputs={"told": told})
    return made


def paper_text(
    shown: MonthShown, reader: Reader, status: str, now: datetime, number: str = ""
) -> dict[str, object]:
    """Everything that stands on the paper, in the reader's language."""
    header, said = shown.month.header, reader.said
    return {
        "language": reader.language,
        "title": said(mark("Compilation sheet")),
        "of": f"{reader.organisation(header)} · {reader.month(header.month)}",
        "about": about(shown, reader, status, now, number),
        "phones": phones_seen(shown, reader),
        "mark": "" if shown.state == "validated" else said(words.STATES[shown.state]).upper(),
        "blocks": [
            _block(block)
            for block in shown_blocks(shown.month.compilation(status), reader)
            if block.rows or block.notes
        ],
        "signatures": [
            [said(mark("For the CSO, the coordinator")), _name(shown, "submit")],
            [said(mark("For the programme, the project officer")), _name(shown, "validate")],
        ],
        "signature_labels": [said(mark("Name")), said(mark("Place and date")), said(mark("Signature"))],
        "digest": " · ".join(
            filter(
                None,
                (
                    number,
                    f"{said(mark('Digest of the snapshot'))}{reader.colon}{shown.digest}"
                    if shown.digest
                    else "",
                ),
            )
        ),
        "colon": reader.colon,
        "page": said(mark("Page")),
    }


def _name(shown: MonthShown, action: str) -> str:
    step = shown.last(action)
    return step.actor_name if step else ""


def _block(block: ShownBlock) -> dict[str, object]:
    return {
        "title": block.title,
        "is_wide": block.is_wide,
        "groups": block.groups,
        "columns": [
            {"key": column.key, "text": column.text, "is_numeric": column.is_numeric, "kind": column.kind}
            for column in block.columns
        ],
        "rows": [
            {"kind": row.kind, "cells": [[cell.text, cell.beside] for cell in row.cells]}
            for row in block.rows
        ],
        "notes": block.notes,
    }
