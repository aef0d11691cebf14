"""What animators tell in their own words: read by those who check it, and in nothing that others see."""

import json

from tests.server.cast import Stage, send, stage
from tests.sheet_writer import instance_xml

__all__ = ["stage"]
FORM = """
| survey |
| | type | name | label | bind::fiche:dimension | bind::fiche:count |
| | text | osc | OSC | cso | |
| | text | village | Village | place | |
| | date | jour | Jour | date | |
| | integer | n_mediations | Médiations | | mediations |
| | text | changement | Un changement | | |
| settings |
| | form_id | version | namespaces |
| | temoin | 1 | fiche="https://fiche.ong/xforms" |
"""
TOLD = "Le conseil du village a renoncé à un mariage"
PAGE = "/projects/1/compilations/TAGNE/2020-03"


def test_only_the_coordinator_reads_testimonies_and_no_file_has_them(stage: Stage) -> None:
    stage.reset()
    stage.station.publish(FORM)
    answers = {"osc": "tagne", "village": "V", "jour": "2020-03-08", "n_mediations": 1, "changement": TOLD}
    with stage.station.storage.writing() as db:
        send(db, instance_xml("temoin", "1", answers, instance_id="uuid:t"), submitter_id=stage.ids["phone"])
    for who in ("coordinator", "admin"):
        assert TOLD in stage.get(who, PAGE).text, who
    for who in ("officer", "team"):
        assert TOLD not in stage.get(who, PAGE).text, who
    told = json.dumps(stage.get("coordinator", f"/v1{PAGE}").get_json(), ensure_ascii=False)
    assert '"cso": "TAGNE"' in told
    assert TOLD not in told
    stage.call("coordinator", "POST", f"/v1{PAGE}/submit", json={"acceptsUndecided": True})
    with stage.station.storage.reading() as db:
        [row] = db.execute("SELECT contents FROM compilation_step").fetchall()
    assert TOLD not in row[0]


def test_an_address_that_names_nothing_lists_nothing(stage: Stage) -> None:
    for asked in (
        "block=sessions&month=2020-03&column=h",
        "block=x&column=h",
        "column=",
        "page=9999&column=h",
    ):
        assert stage.get("officer", f"{PAGE}/sheets?{asked}").status_code == 200
