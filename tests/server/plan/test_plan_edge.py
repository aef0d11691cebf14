"""A session that moved over the end of its month: the plan, the compilation sheet and the reminders say the same."""

from aggregates.tallies.roll_up import roll_up
from forms.places.place import Place, locate_all
from forms.places.places import replace_places
from server.base import clock
from server.night.examining import examine_here
from server.settings.settings import Settings
from tests.server.cast import Stage, send, stage
from tests.sheet_writer import instance_xml

__all__ = ["stage"]
FORM = """
| survey | | | | | | | |
| | type | name | label | bind::fiche:dimension | bind::fiche:count | bind::fiche:sex | bind::fiche:age |
| | text | osc | OSC | cso | | | |
| | text | village | Village | place | | | |
| | date | jour | Jour | date | | | |
| | integer | femmes | Femmes | | participants | F | 18+ |
| settings |
| | form_id | version | namespaces |
| | causerie | 1 | fiche="https://fiche.ong/xforms" |
"""
PLACES = (
    Place("KAY", "region", "Kayes", "ML"), Place("YEL", "cercle", "Yélimané", "KAY"),
    Place("NOR", "commune", "Nord", "YEL"), Place("V1", "village", "Diafounou", "NOR"),
)  # fmt: skip
MARCH, APRIL = "2020-03", "2020-04"


def furnish(stage: Stage) -> None:
    """Planned for 31 March and 15 March; held on 1 April."""
    stage.reset()
    stage.station.publish(FORM)
    with stage.station.storage.writing() as db:
        replace_places(db, locate_all(PLACES)[0])
        answers = {"osc": "tagne", "village": "V1", "jour": "2020-04-01", "femmes": 9}
        send(
            db,
            instance_xml("causerie", "1", answers, instance_id="uuid:edge"),
            submitter_id=stage.ids["phone"],
        )
    lines = [{"cso": "TAGNE", "place": "V1", "month": MARCH, "date": f"{MARCH}-{day}"} for day in (31, 15)]
    assert stage.call("coordinator", "POST", "/v1/projects/1/plan", json={"lines": lines}).status_code == 200
    settings = Settings(file=stage.folder / "fiche.toml", data_directory=stage.folder)
    examine_here(settings, stage.station.storage)
    roll_up(stage.station.storage.writing, stage.station.storage.reading, full=False, now=clock.now)


def test_every_page_tells_the_same_of_both_months(stage: Stage) -> None:
    furnish(stage)
    plans = {
        month: stage.get("coordinator", f"/projects/1/plan?cso=tagne&month={month}").text
        for month in (MARCH, APRIL)
    }
    assert "1 of those planned was held in the month before or after" in plans[MARCH]
    assert "1 of those held here was planned for the month before or after" in plans[APRIL]
    for month, planned, took_place, missing in ((MARCH, 2, 0, 1), (APRIL, 0, 1, 0)):
        assert f"<strong>{planned}</strong> planned" in plans[month]
        assert f"<strong>{took_place}</strong> held" in plans[month]
        assert f"<strong>{missing}</strong> missing" in plans[month]
        sheet = stage.get("coordinator", f"/v1/projects/1/compilations/TAGNE/{month}").get_json()
        [block] = [block for block in sheet["blocks"] if block["key"] == "missing"]
        columns = [column["key"] for column in block["columns"]]
        total = dict(zip(columns, block["rows"][-1]["cells"], strict=True))
        assert (total["attendues"], total["recues"], total["manquantes"]) == (planned, took_place, missing)
        reminders = stage.get(
            "coordinator", f"/projects/1/reminders/reminders.csv?month={month}&cso=tagne"
        ).text
        assert reminders.count("Missing sheets") == missing
    pages = {
        month: stage.get("coordinator", f"/projects/1/compilations/TAGNE/{month}").text for month in plans
    }
    assert "where it is counted; not missing here: 1." in pages[MARCH]
    assert "expected in the month before or after: 1." in pages[APRIL]
