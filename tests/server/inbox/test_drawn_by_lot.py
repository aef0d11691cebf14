"""Who checks sheets by lot draws once, and everybody who has the address sees the same ones."""

import re

from tests.server.cast import Stage, send, stage
from tests.sheet_writer import instance_xml

__all__ = ["stage"]


def names(page: str) -> set[str]:
    """The sheets on a page of the list."""
    return set(re.findall(r"/sheets/club/uuid(?::|%3A)(lot-\d+)\?", page))


def test_a_draw_has_a_number_by_which_it_comes_again(stage: Stage) -> None:
    stage.reset()
    with stage.station.storage.writing() as db:
        for number in range(40):
            answers = {"/osc": "tagne"}
            send(db, instance_xml("club", "1", answers, instance_id=f"uuid:lot-{number}"), cso="TAGNE")
    asked = stage.get("officer", "/projects/1/sheets?state=&sample=50")
    assert asked.status_code == 303
    address = asked.headers["Location"]
    assert re.search(r"sample=50-\d+", address)
    first, again = stage.get("officer", address).text, stage.get("officer", address).text
    assert 5 < len(names(first)) < 35
    assert names(first) == names(again)
    assert "By lot: 50% (draw " in first
    file = stage.get("officer", address.replace("/sheets?", "/sheets/list.csv?")).text
    assert file.count("uuid:lot-") == len(names(first)), "the file has those drawn, and no others"
