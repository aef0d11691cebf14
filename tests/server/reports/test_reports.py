"""A report comes back by its number as it was given out, to whoever could have asked for it, and nobody else."""

import io
import re
from datetime import UTC, datetime

import openpyxl
import pytest

from aggregates.report import numbered_reports
from aggregates.report.numbered_report import COUNTS, NewReport, table_as_json, table_from_json
from aggregates.tallies.query import TallyQuery
from forms.places.cso_code import CsoCode
from server.compilation.compiling import recount
from server.counts.service import every_count
from sync.instance.envelope import Envelope
from sync.intake.receive import receive
from tests.aggregates.months import SEANCE
from tests.server.cast import Stage, stage, write
from tests.sheet_writer import instance_xml
from tests.station import BEGINNING

__all__ = ["stage"]
SHEET = "/v1/projects/1/compilations/TAGNE/2020-03?format=xlsx"


def session(stage: Stage, name: str, heads: int) -> None:
    """A session of March arrives, and is counted."""
    told = {"osc": "tagne", "village": "NON1", "jour": "2020-03-08", "statut": "oui", "h": heads, "seance": 1}
    sheet = Envelope(instance_xml("seance", "1", told, instance_id=name), cso=CsoCode("TAGNE"))
    write(stage.station.storage, lambda db: receive(db, 1, sheet, now=BEGINNING))
    recount(stage.station.storage, stage.app.extensions["fiche"].settings)


def begin(stage: Stage) -> None:
    """One session is counted."""
    stage.reset()
    stage.station.publish(SEANCE)
    session(stage, "uuid:first", 3)


def number_in(content: bytes) -> str:
    """The number that a workbook carries."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    texts = [str(cell) for sheet in book for row in sheet.values for cell in row if cell]
    [number] = {found[0] for text in texts if (found := re.search(r"R-\d{4}-\d{4}", text))}
    return number


def test_a_compilation_sheet_comes_back_as_it_was_with_what_is_different_today(stage: Stage) -> None:
    begin(stage)
    number = number_in(stage.get("coordinator", SHEET).data)
    session(stage, "uuid:late", 12)
    told = stage.get("coordinator", f"/v1/reports/{number}").get_json()
    [places] = [block for block in told["contents"]["sheet"]["blocks"] if block["key"] == "sessions"]
    columns = [column["key"] for column in places["columns"]]
    assert places["rows"][-2]["cells"][columns.index("h")] == 3
    differences = {line["label"].rpartition(" · ")[2]: line for line in told["differences"]}
    assert (differences["Men"]["then"], differences["Men"]["now"]) == (3, 15)
    assert told["versions"]["forms"]["seance"] == "1" and told["versions"]["roll_up"]
    page = stage.get("coordinator", f"/reports/{number}?lang=fr").text
    assert number in page and '<td class="count">+12</td>' in page


def test_another_cso_does_not_learn_that_a_report_exists(stage: Stage) -> None:
    begin(stage)
    number = number_in(stage.get("coordinator", SHEET).data)
    for who in ("other coordinator", "stranger", "case manager", "entry"):
        for address in (f"/v1/reports/{number}", f"/reports/{number}"):
            given = stage.get(who, address)
            none = stage.get(who, address.replace(number, "R-2020-0999"))
            assert given.status_code == none.status_code == 404, (who, address)
            assert (
                given.text.replace(number, "") == none.text.replace("R-2020-0999", "")
                or "DOCTYPE" in given.text.upper()
            )
    assert stage.get("nobody", f"/v1/reports/{number}").status_code == 401
    for who in ("officer", "team", "admin"):
        assert stage.get(who, f"/v1/reports/{number}").status_code == 200


def test_a_number_goes_on_working_when_its_cso_has_left_the_project(stage: Stage) -> None:
    begin(stage)
    number = number_in(stage.get("officer", SHEET).data)
    write(stage.station.storage, lambda db: db.execute("DELETE FROM cso_project").rowcount)
    told = stage.get("officer", f"/v1/reports/{number}").get_json()
    assert told["contents"]["sheet"]["header"]["cso"] == "TAGNE" and told["differences"] is None


def test_counts_of_everybody_are_not_for_who_sees_one_cso(stage: Stage) -> None:
    begin(stage)
    whole = number_in(stage.get("officer", "/v1/tallies?by=cso&format=xlsx").data)
    own = number_in(stage.get("coordinator", "/v1/tallies?by=cso&format=xlsx").data)
    assert stage.get("coordinator", f"/v1/reports/{whole}").status_code == 404
    assert stage.get("coordinator", f"/v1/reports/{own}").status_code == 200
    assert stage.get("officer", f"/v1/reports/{own}").status_code == 200
    assert stage.get("other coordinator", f"/v1/reports/{own}").status_code == 404
    told = stage.get("officer", f"/v1/reports/{whole}").get_json()
    assert told["contents"]["rows"][0]["value"] == 3 and told["differences"] == []
    session(stage, "uuid:late", 12)
    told = stage.get("officer", f"/v1/reports/{whole}").get_json()
    assert told["contents"]["rows"][0]["value"] == 3
    assert (told["differences"][0]["then"], told["differences"][0]["now"]) == (3, 15)


def test_a_view_is_kept_under_a_number_from_its_page_and_from_its_workbook(stage: Stage) -> None:
    begin(stage)
    kept = stage.call("officer", "POST", "/projects/1/counts/number?rows=cso")
    assert kept.status_code == 303 and kept.headers["Location"].startswith("/reports/R-")
    page = stage.get("officer", kept.headers["Location"]).text
    assert "tagne" in page.lower()
    assert "Project: " in page and "Project: 1" not in page, "what was asked is told in words"
    assert "roll_up" not in page and "rules of counting" in page
    assert (
        number_in(stage.get("officer", "/projects/1/counts/file?rows=cso&format=xlsx").data)
        == (kept.headers["Location"].rpartition("/")[2])
    )


def test_numbers_of_a_year_leave_none_out_and_the_same_table_keeps_its_own(stage: Stage) -> None:
    begin(stage)

    def report(heads: int) -> NewReport:
        return NewReport(COUNTS, 1, "", None, "", {"by": []}, {}, {"heads": heads})

    with stage.station.storage.writing() as db:
        first, last = datetime(2026, 12, 31, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
        given = [str(numbered_reports.number(db, report(n), now=first)) for n in (1, 2, 1, 3)]
        given.append(str(numbered_reports.number(db, report(4), now=last)))
    assert given == ["R-2026-0001", "R-2026-0002", "R-2026-0001", "R-2026-0003", "R-2027-0001"]


def test_a_table_of_counts_is_read_back_as_the_same_value(stage: Stage) -> None:
    begin(stage)
    with stage.station.storage.reading() as db:
        counts = every_count(db, stage.app.extensions["fiche"].settings.band_schemes)
        table = counts.table(TallyQuery(by=("cso", "sex", "age_band")))
    assert table.rows and table_from_json(table_as_json(table)) == table


@pytest.mark.parametrize("number", ["R-2026-41", "R-2026-00041", "41", "R-2026-9999", "r-2026-0001' OR 1"])
def test_what_is_no_number_is_404(stage: Stage, number: str) -> None:
    assert stage.get("officer", f"/v1/reports/{number}").status_code == 404
