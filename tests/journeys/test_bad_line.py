"""A phone on a line that breaks: nothing half-taken, and everything there in the end, once."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from forms.base.sqlite import sqlite3
from tests.fiche_process import Fiche
from tests.phone import Phone, cut_off
from tests.sheet_writer import instance_xml
from tests.station import converted

VISIT = """
| survey   |         |        |        |
|          | type    | name   | label  |
|          | image   | photo0 | Photo  |
|          | image   | photo1 | Photo  |
|          | image   | photo2 | Photo  |
| settings |         |        |        |
|          | form_id | version |       |
|          | visite  | 1       |       |
"""
PICTURES = {f"photo{number}.jpg": bytes([number]) * 200_000 for number in range(3)}


@pytest.fixture(scope="module")
def fiche(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fiche]:
    """A server that asks phones to send little at a time."""
    fiche = Fiche(tmp_path_factory.mktemp("line"), settings="[uploads]\naccept_content_length = 300000\n")
    first = fiche.init()
    fiche.start()
    requests.post(
        f"{fiche.address}/v1/projects/1/forms?publish=true",
        data=converted(VISIT).xml,
        headers={"Content-Type": "application/xml"},
        auth=(first["email"], first["password"]),
        timeout=30,
    ).raise_for_status()
    yield fiche
    fiche.kill()


def test_a_line_that_breaks_leaves_nothing_and_the_next_try_is_taken_whole(
    fiche: Fiche, tmp_path: Path
) -> None:
    phone = Phone(fiche.phone_address(), tmp_path)
    xml = instance_xml("visite", "1", {f"/{name.removesuffix('.jpg')}": name for name in PICTURES})
    for share in (0.2, 0.6, 0.99):
        cut_off(phone.server_url, xml, {"photo0.jpg": PICTURES["photo0.jpg"]}, share=share)
    time.sleep(1)
    assert rows(fiche, "SELECT COUNT(*) FROM submission") == [(0,)]
    assert list((fiche.folder / "data" / "blobs" / "incoming").iterdir()) == []

    messages = phone.send(xml, PICTURES)
    assert len(messages) == 3  # one POST a picture, as the server asked
    assert phone.send(xml, PICTURES)  # the animator presses again

    assert rows(fiche, "SELECT COUNT(*) FROM submission") == [(1,)]
    stored = dict(rows(fiche, "SELECT name, sha256 FROM submission_attachment"))
    assert stored.keys() == PICTURES.keys()
    for name, sha256 in stored.items():
        [path] = (fiche.folder / "data" / "blobs").rglob(str(sha256))
        assert path.read_bytes() == PICTURES[str(name)]


def rows(fiche: Fiche, sql: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(str(fiche.folder / "data" / "fiche.db"))
    try:
        return list(connection.execute(sql))
    finally:
        connection.close()
