"""The people of a sheet are the same wherever they stand: in the counts, in the inbox and its file, on the sheet."""

import csv
import io
import re
from typing import Any

from aggregates.tallies.roll_up import roll_up
from tests.server.cast import Stage, send, stage
from tests.sheet_writer import instance_xml
from tests.station import BEGINNING

__all__ = ["stage"]

TRAINING = """
| survey   |              |      |         |                       |                  |
|          | type         | name | label   | bind::fiche:dimension | bind::fiche:each |
|          | date         | jour | Jour    | date                  |                  |
|          | text         | lieu | Lieu    | place                 |                  |
|          | begin repeat | qui  | Formé   |                       | trainees         |
|          | text         | sexe | Sexe    | sex                   |                  |
|          | integer      | age  | Âge     | age                   |                  |
|          | end repeat   |      |         |                       |                  |
| settings |              |      |         |                       |                  |
|          | form_id      | version | namespaces |                 |                  |
|          | formation    | 1    | fiche="https://fiche.ong/xforms" |   |            |
"""
PERSONS = [{"sexe": "F", "age": 30}, {"sexe": "F", "age": 16}, {"sexe": "M", "age": 41}]


def three_trainees(stage: Stage) -> None:
    """A training with three persons, then the night."""
    stage.reset()
    stage.station.publish(TRAINING)
    xml = instance_xml(
        "formation",
        "1",
        {"/jour": "2020-03-08", "/lieu": "Nonkon", "/qui": PERSONS},
        instance_id="uuid:three",
    )
    storage = stage.station.storage
    with storage.writing() as db:
        send(db, xml, cso="TAGNE")
    roll_up(storage.writing, storage.reading, full=False, now=lambda: BEGINNING)


def listed(stage: Stage) -> list[dict[str, Any]]:
    """The inbox as a file."""
    answer = stage.get("officer", "/projects/1/sheets/list.csv?state=&order=people")
    text = answer.get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_a_sheet_that_lists_its_persons_has_as_many_people_as_the_counts_say(stage: Stage) -> None:
    three_trainees(stage)
    table = stage.get("officer", "/v1/tallies?measure=trainees&form=formation&by=sex,age_band").get_json()
    assert {(row["sex"], row["age_band"]): row["value"] for row in table["rows"]} == {
        ("M", "18+"): 1,
        ("F", "18+"): 1,
        ("F", "5-17"): 1,
    }
    [first, *_] = listed(stage)
    assert (first["People present"], first["Women"], first["Men"], first["Girls"]) == ("3", "1", "1", "1")
    head = stage.get("officer", "/projects/1/sheets/formation/uuid:three").get_data(as_text=True)
    assert re.search(r'<li class="total">Total <strong>3</strong>', head)
