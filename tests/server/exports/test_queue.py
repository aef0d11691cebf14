"""A few exports are sent at a time, and a place is free again whatever became of an export."""

from collections.abc import Iterator

import pytest
from flask import Flask, Response

from server.exports.queue import AT_ONCE, ExportsBusy, in_queue


def endless() -> Iterator[bytes]:
    """An export that nobody reads to its end."""
    while True:
        yield b"a,b\r\n"


def export() -> Response:
    """One that has begun."""
    return in_queue(lambda: Response(endless()))


@pytest.fixture(autouse=True)
def within_an_app() -> Iterator[None]:
    """Answers are made inside of one."""
    with Flask(__name__).test_request_context():
        yield


def test_one_too_many_is_told_to_wait_until_another_has_left() -> None:
    sent = [export() for _ in range(AT_ONCE)]
    with pytest.raises(ExportsBusy):
        export()
    sent[0].close()
    sent[0] = export()
    with pytest.raises(ExportsBusy):
        export()
    for response in sent:
        response.close()


def test_an_export_that_an_error_kept_from_being_sent_takes_no_place() -> None:
    for _ in range(AT_ONCE + 1):
        export()  # nobody closes it: something went wrong behind it


def test_an_export_that_cannot_be_made_takes_no_place() -> None:
    def broken() -> Response:
        raise LookupError

    for _ in range(AT_ONCE + 1):
        with pytest.raises(LookupError):
            in_queue(broken)
