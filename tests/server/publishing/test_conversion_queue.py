"""Workbooks are converted one after the other; whoever comes beyond a short line is told to come again."""

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

import openpyxl

from server.publishing import conversion
from server.publishing.conversion import AT_ONCE, IN_LINE, ConversionsBusy
from server.words.spreadsheet import XLSX
from tests.phone import multipart
from tests.server.cast import Stage, stage
from tests.sheet_writer import instance_xml

__all__ = ["stage"]
FORM = {
    "survey": [("type", "name", "label"), ("text", "nom", "Nom")],
    "settings": [("form_id", "version"), ("atelier", "1")],
}


def upload(stage: Stage) -> Any:
    """An XLSForm as a program sends it."""
    book = openpyxl.Workbook()
    for name, rows in FORM.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return stage.call(
        "officer", "POST", "/v1/projects/1/forms", data=file.getvalue(), headers={"Content-Type": XLSX}
    )


@contextmanager
def full_line() -> Iterator[None]:
    """Others convert, and others wait for their turn."""
    leave = Event()

    def convert() -> None:
        with conversion._line.turn(ConversionsBusy(seconds=1)):
            leave.wait(30)

    threads = [Thread(target=convert) for _ in range(IN_LINE)]
    for thread in threads:
        thread.start()
    while conversion._line._places._value:
        time.sleep(0.01)
    try:
        yield
    finally:
        leave.set()
        for thread in threads:
            thread.join()


def test_a_workbook_beyond_the_line_is_told_when_to_come_again_and_phones_go_on(stage: Stage) -> None:
    stage.reset()
    assert AT_ONCE < IN_LINE
    with full_line():
        began = time.monotonic()
        refused = upload(stage)
        assert time.monotonic() - began < 2, "no thread waits for it"
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
        assert "workbooks are being converted" in refused.json["message"]
        body, kind = multipart(instance_xml("club", "1", {"/osc": "tagne"}, instance_id="uuid:meanwhile"), {})
        sent = {"data": body, "headers": {"X-OpenRosa-Version": "1.0", "Content-Type": kind}}
        assert stage.call("phone", "POST", "/v1/projects/1/submission", **sent).status_code == 201
    assert upload(stage).status_code == 200


def test_a_conversion_that_fails_leaves_its_place(stage: Stage) -> None:
    stage.reset()
    for _ in range(IN_LINE + 1):
        broken = stage.call(
            "officer", "POST", "/v1/projects/1/forms", data=b"no workbook", headers={"Content-Type": XLSX}
        )
        assert broken.status_code == 400
