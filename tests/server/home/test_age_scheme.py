"""The first page and the page of counts tell women from girls as the configuration does."""

import re
from dataclasses import replace

from aggregates.tallies.roll_up import roll_up
from server.app import create_app
from server.settings.settings import PageSettings
from tests.server.cast import Stage, send, stage
from tests.server.inbox.test_people_present import TRAINING
from tests.sheet_writer import instance_xml
from tests.station import BEGINNING

__all__ = ["stage"]

HEADING = re.compile(r'<th scope="row">(\w+) <small>([^<]+)</small></th>\s*<td>(\d+)</td>')


def test_a_programme_whose_adults_are_twenty_one_reads_its_own_headings_and_numbers(stage: Stage) -> None:
    stage.reset()
    stage.station.publish(TRAINING)
    persons = [{"sexe": "F", "age": age} for age in (12, 19, 20, 40)]
    storage = stage.station.storage
    with storage.writing() as db:
        xml = instance_xml("formation", "1", {"/jour": "2020-03-08", "/lieu": "Nonkon", "/qui": persons})
        send(db, xml, cso="TAGNE")
    roll_up(storage.writing, storage.reading, full=False, now=lambda: BEGINNING)
    edge = stage.app.extensions["fiche"]
    open_counts = PageSettings(public_counts=True)
    own = replace(
        edge.settings,
        pages=open_counts,
        schemes={"own": ("0-20", "21+")},
        default_scheme="own",
        adult_from=21,
    )
    late = replace(stage, app=create_app(own, edge.storage, edge.blobs))

    page = late.get("nobody", "/").get_data(as_text=True)
    assert HEADING.findall(page) == [
        ("Men", "21+", "0"),
        ("Women", "21+", "1"),
        ("Boys", "0–20", "0"),
        ("Girls", "0–20", "3"),
    ]
    counts = late.get("officer", "/projects/1/counts?measure=trainees").get_data(as_text=True)
    for name, band in (("Women", "21+"), ("Girls", "0–20")):
        assert re.search(rf"{name}\s*<small>{re.escape(band)}</small>", counts), name
