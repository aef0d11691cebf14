"""An answer that is taken bite by bite: the view of the database ends in time, and every byte comes, in order."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from server import slow_reader
from server.slow_reader import Unhurried
from tests.station import Station


def test_the_view_ends_in_time_however_steadily_somebody_reads(
    station: Station, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slow_reader, "VIEW_SECONDS", 0.0)

    def pieces() -> Iterator[bytes]:
        with station.storage.reading():
            yield from (str(number).encode() for number in range(1000))
        yield b"pictures"

    answer = Unhurried(pieces(), station.storage.is_reading, tmp_path)
    first = next(answer)
    assert station.storage.is_reading()
    second = next(answer)
    assert not station.storage.is_reading(), "it was made to where no database is needed"
    rest = b"".join(answer)
    assert first + second + rest == b"".join(str(number).encode() for number in range(1000)) + b"pictures"
    assert list(tmp_path.glob("tmp*")) == []


def test_nothing_is_held_for_somebody_who_hangs_up(station: Station, tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        with station.storage.reading():
            while True:
                yield b"row"

    answer = Unhurried(pieces(), station.storage.is_reading, tmp_path)
    assert next(answer) == b"row"
    answer.close()
    assert not station.storage.is_reading()
