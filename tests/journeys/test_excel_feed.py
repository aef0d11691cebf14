"""The OData feed read as Excel and Power BI read it: service document, metadata, then page after page of each table."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from lxml import etree

from tests.fiche_process import Fiche

EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
FORM = "seance_sensibilisation"


@pytest.fixture(scope="module")
def feed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, tuple[str, str]]]:
    """The address of a feed with a month of sheets, and who reads it: Excel asks for a name and a password."""
    fiche = Fiche(tmp_path_factory.mktemp("excel"))
    first = fiche.init(("2020-03", 120))
    fiche.start()
    yield f"{fiche.address}/v1/projects/1/forms/{FORM}.svc", (first["email"], first["password"])
    fiche.kill()


def read(address: str, who: tuple[str, str]) -> requests.Response:
    """One request of Excel's: Basic, minimal metadata."""
    answer = requests.get(
        address,
        auth=who,
        headers={"Accept": "application/json;odata.metadata=minimal", "OData-MaxVersion": "4.0"},
        timeout=60,
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["OData-Version"] == "4.0"
    return answer


def table(address: str, who: tuple[str, str], page_size: int) -> list[dict[str, Any]]:
    """Every row of a table, following the links to the next page."""
    rows: list[dict[str, Any]] = []
    link: str | None = f"{address}?$top={page_size}"
    while link:
        document = read(link, who).json()
        rows += document["value"]
        link = document.get("@odata.nextLink")
    return rows


def test_every_table_of_the_service_is_described_and_read_whole(feed: tuple[str, tuple[str, str]]) -> None:
    address, who = feed
    service = read(address, who).json()
    names = [table["url"] for table in service["value"]]
    assert names[0] == "Submissions"
    described = etree.fromstring(read(service["@odata.context"], who).content)
    sets = {element.get("Name"): element.get("EntityType") for element in described.iter(f"{EDM}EntitySet")}
    assert list(sets) == names
    for name in names:
        entity = next(
            element for element in described.iter(f"{EDM}EntityType") if element.get("Name") == name
        )
        known = {element.get("Name") for element in entity if element.get("Name")}
        rows = table(f"{address}/{name}", who, page_size=50)
        assert len({row["__id"] for row in rows}) == len(rows)
        whole = read(f"{address}/{name}?$count=true", who).json()
        assert whole["@odata.count"] == len(rows)
        assert [row["__id"] for row in rows] == [row["__id"] for row in whole["value"]]
        for row in rows[:20]:
            assert {key.partition("@")[0] for key in row} <= known


def test_rows_that_arrive_meanwhile_shift_no_page_and_nothing_changed_is_told_briefly(
    feed: tuple[str, tuple[str, str]],
) -> None:
    address, who = feed
    first = requests.get(f"{address}/Submissions?$top=5", auth=who, timeout=60)
    again = requests.get(
        f"{address}/Submissions?$top=5",
        auth=who,
        headers={"If-None-Match": first.headers["ETag"]},
        timeout=60,
    )
    assert (again.status_code, again.content) == (304, b"")


def test_a_password_is_asked_for_and_five_wrong_ones_do_not_shut_the_door_on_others(
    feed: tuple[str, tuple[str, str]],
) -> None:
    address, who = feed
    assert requests.get(address, timeout=60).status_code == 401
    for _ in range(5):
        assert requests.get(address, auth=("other@osc.ml", "faux"), timeout=60).status_code == 401
    assert requests.get(address, auth=who, timeout=60).status_code == 200
