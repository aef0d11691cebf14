"""What a person or a phone does, and how the large tables are read for it: by which index, and never whole.

Every request goes through the whole server, on a database with as many sheets as make the inbox choose as it does in
real life. The program gathers no statistics (ANALYZE), so that no plan depends on more.
"""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from aggregates.tallies.roll_up import roll_up
from server.base import clock
from server.night.examining import examine_here
from server.settings.settings import Settings
from sync import changes
from tests.server.marked import Marked, make_marked
from tests.server.store.query_plan import Read, reads, traced
from tests.sheet_writer import instance_xml

FORM = "/v1/projects/1/forms/seance"
FEED = f"{FORM}.svc/Submissions"
COPIES = 26_000
"""More than `sync.lists.inbox_pages.RARE`."""

OPEN_CONFLICTS = "an index of the conflicts that nobody has settled, which are few"
WAITING = "an index of the sheets that wait, in the list's order: read until the page is full"
IN_ORDER = "in the list's order: read until the page is full"
COUNTED = "the tabs count what the filters leave, on narrow rows: 50 to 130 ms of 100,000"
LAST_ROWS = "from the end, until there are enough"
OPEN_FLAGS = "flags are asked as a whole; those of decided sheets are few beside the sheets"
EVERY_PAGE = {"submission_conflict all by submission_conflict_unsettled": OPEN_CONFLICTS}
COUNTING = {**EVERY_PAGE, "sheet_summary all": COUNTED}
UNFILTERED = {**EVERY_PAGE, "sheet_summary all by sheet_summary_by_month": f"no row is read: {COUNTED}"}
RECEIVED = {"sheet_summary all by sheet_summary_by_receipt": IN_ORDER}
TO_DECIDE = {"sheet_summary all by sheet_summary_to_decide": WAITING}
INBOX = {
    "": (set(), UNFILTERED | TO_DECIDE),
    "state=": (set(), UNFILTERED | RECEIVED),
    "state=received": (set(), UNFILTERED | RECEIVED),
    "state=approved": (set(), UNFILTERED | RECEIVED),
    "state=hasIssues": (set(), UNFILTERED | COUNTING),
    "state=&form=seance": (set(), UNFILTERED | RECEIVED),
    "state=&month=2020-03": ({"sheet_summary_by_date"}, COUNTING),
    "state=&from=2020-03-01": ({"sheet_summary_by_receipt"}, COUNTING),
    "state=&place=Zqvillage": ({"sheet_summary_by_place"}, EVERY_PAGE),
    "state=&animator=Zqawaphone": ({"sheet_summary_by_animator"}, EVERY_PAGE),
    "state=&flag=any": ({"its key"}, {**EVERY_PAGE, "finding all": OPEN_FLAGS}),
    "state=&flag=none": (set(), COUNTING | RECEIVED | {"finding all": OPEN_FLAGS}),
    "state=&q=causerie": (set(), COUNTING),
    "state=&held=yes": (set(), COUNTING | RECEIVED),
    "state=&activity=causerie": (set(), COUNTING | RECEIVED),
    "state=&order=event": (set(), UNFILTERED | {"sheet_summary all by sheet_summary_by_date": IN_ORDER}),
    "state=&order=people": (set(), UNFILTERED | COUNTING),
    "before=2020-03-09.5": ({"sheet_summary_to_decide"}, UNFILTERED),
    "state=&order=event&before=2020-03-09.5": ({"sheet_summary_by_date"}, UNFILTERED),
}
"""Filters and order -> the indexes by which the list is found, and what may be read whole, with the reason."""
OF_A_FORM = {"submission by submission_by_form"}
OF_ONE = {"submission by its key", "submission_version by its unique columns"}
READING = {
    f"{FORM}/submissions?limit=10&offset=5": OF_A_FORM,
    f"{FORM}/submissions/uuid:open-1": OF_ONE,
    f"{FEED}?$top=10": OF_A_FORM,
    f"{FEED}?$top=10&$filter=__system/submissionDate gt 2020-03-01T00:00:00Z": OF_A_FORM,
    f"{FEED}?$top=10&$filter=__system/reviewState eq 'approved'": OF_A_FORM,
    f"{FEED}?$top=10&$filter=__system/submitterId eq 3": {"submission by submission_by_submitter"},
    f"{FEED}.membre?$top=10": OF_A_FORM | {"sheet_seance_membre by its unique columns"},
    f"{FEED}('uuid:open-1')": OF_ONE,
    f"{FEED}('uuid:open-1')/membre": {"submission by its key", "sheet_seance_membre by its unique columns"},
}
"""What programs read -> how the sheets are found. Nothing but the tag may read all."""
DESK = {
    "sheet_summary all by sheet_summary_by_month": COUNTED,
    "finding all": OPEN_FLAGS,
    "audit all": LAST_ROWS,
    **TO_DECIDE,
    **EVERY_PAGE,
}
EVERYBODYS_PLAN = {
    "plan_row all by plan_row_by_month": "the plan of all organisations, by organisation and month"
}
RETURNED = {
    "submission all by submission_returned": "an index of the sheets that were sent back, which are few"
}
REQUESTS = {"power_request all": "some a year: what administrators ask of each other"}
PAGES = {
    ("Zqawa", "/"): DESK,
    ("officer", "/projects/1/plan"): EVERYBODYS_PLAN,
    ("Zqawa", "/projects/1/plan"): {},
    ("officer", "/projects/1/reminders"): EVERYBODYS_PLAN | RETURNED,
    ("Zqawa", "/projects/1/reminders"): RETURNED,
    ("admin", "/audit"): {"audit all": LAST_ROWS} | REQUESTS,
    ("admin", "/v1/audits?limit=10"): {"audit all": LAST_ROWS},
}
"""Who opens which page -> what may be read whole, with the reason."""


def fill(marked: Marked) -> None:
    """Copy a sheet many times, as it was received."""
    tables = {"submission": "id", "submission_version": "submission_id", "sheet_summary": "submission_id"}
    with marked.stage.station.storage.writing() as db:
        [(model,)] = db.execute("SELECT id FROM submission WHERE instance_id = 'uuid:open-1'").fetchall()
        for table, key in tables.items():
            columns = [
                row[1]
                for row in db.execute(f"PRAGMA table_info({table})").fetchall()
                if row[1] not in (key, "instance_id")
                and not (table == "submission_version" and row[1] == "id")
            ]
            db.execute(
                f"""
                WITH RECURSIVE copy (copied) AS (
                    SELECT 1000 UNION ALL SELECT copied + 1 FROM copy WHERE copied < {999 + COPIES}
                )
                INSERT INTO {table} ({key}, instance_id, {", ".join(columns)})
                SELECT copied, 'uuid:copy-' || copied, {", ".join(columns)}
                FROM copy CROSS JOIN {table} AS t WHERE t.{key} = {model}
                """
            )


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Marked]:
    """Sheets of two organisations, decided on, flagged and rolled up, among many others."""
    made = make_marked(tmp_path_factory.mktemp("plans"))
    fill(made)
    yield made
    made.stage.station.storage.close()


def read_for(marked: Marked, work: Callable[[], object]) -> set[Read]:
    """How the large tables are read for something."""
    storage = marked.stage.station.storage
    statements = traced(storage, work)
    with storage.reading() as db:
        return reads(db, statements)


def whole(found: set[Read], allowed: dict[str, str]) -> list[Read]:
    """What is read whole without a reason."""
    return sorted(reading for reading in found if reading.is_whole and str(reading) not in allowed)


@pytest.mark.parametrize("who", ["officer", "Zqawa"])
@pytest.mark.parametrize("filters", INBOX)
def test_the_inbox(marked: Marked, filters: str, who: str) -> None:
    found = read_for(marked, lambda: marked.call(who, "GET", f"/projects/1/sheets?{filters}"))
    indexes, allowed = INBOX[filters]
    assert whole(found, allowed | (COUNTING if who == "Zqawa" else {})) == []
    if who == "officer":
        assert {f"sheet_summary by {index}" for index in indexes} <= {str(reading) for reading in found}


@pytest.mark.parametrize(("who", "address"), PAGES)
def test_first_page_plan_reminders_and_log(marked: Marked, who: str, address: str) -> None:
    found = read_for(marked, lambda: marked.call(who, "GET", address))
    assert whole(found, PAGES[who, address]) == []
    if who == "Zqawa":
        assert "plan_row by plan_row_by_month" in {str(reading) for reading in found}


@pytest.mark.parametrize("address", READING)
def test_lists_and_feeds(marked: Marked, address: str) -> None:
    found = read_for(marked, lambda: marked.call("officer", "GET", address))
    assert whole(found, {}) == []
    read = {str(reading) for reading in found}
    assert READING[address] <= read
    assert {reading for reading in read if reading.startswith("submission ")} <= READING[address]


@pytest.mark.parametrize("table", ["", ".membre"])
def test_the_next_page_of_a_feed(marked: Marked, table: str) -> None:
    link = marked.call("officer", "GET", f"{FEED}{table}?$top=2").get_json()["@odata.nextLink"]
    address = link.partition("localhost")[2]
    found = read_for(marked, lambda: marked.call("officer", "GET", address))
    assert whole(found, {}) == []


def post(marked: Marked, name: str, *, file: str = "", edits: str = "") -> None:
    """A sheet from a phone."""
    answers = {
        "/jour": "2020-03-08",
        "/village": "T-MARK",
        "/photo": "p.jpg",
        "/femmes": 3,
        "/membre": [{"nom": "A"}],
    }
    xml = instance_xml("seance", "1", answers, instance_id=name, deprecated_id=edits)
    body = {"xml_submission_file": (io.BytesIO(xml), "sheet.xml", "text/xml")}
    if file:
        body[file] = (io.BytesIO(b"picture"), file, "image/jpeg")
    address = f"/v1/key/{marked.stage.tokens['Zqawaphone']}/projects/1/submission"
    answer = marked.stage.client.post(address, data=body, headers={"X-OpenRosa-Version": "1.0"})
    assert answer.status_code in (201, 202), answer.text


def test_what_phones_send(marked: Marked) -> None:
    for number, work in enumerate(
        (
            lambda: post(marked, "uuid:sent-1"),
            lambda: post(marked, "uuid:sent-1"),
            lambda: post(marked, "uuid:sent-1", file="p.jpg"),
            lambda: post(marked, "uuid:sent-2", edits="uuid:sent-1"),
        )
    ):
        found = read_for(marked, work)
        assert whole(found, {}) == [], number
        assert "submission_version by its unique columns" in {str(reading) for reading in found}


def test_decisions_and_what_is_done_to_a_sheet(marked: Marked) -> None:
    one = f"{FORM}/submissions/uuid:open-2"
    [(key, version, state)] = marked.rows(
        "SELECT id, versions, COALESCE(review_state, '') FROM submission WHERE instance_id = 'uuid:open-1'"
    )
    decided = {"sheet": f"{key}.{version}.{state}", "state": "hasIssues", "reason": "Date", "back": ""}
    for method, address, more in (
        ("POST", "/projects/1/sheets/decide", {"data": decided}),
        ("PATCH", one, {"json": {"reviewState": "approved"}}),
        ("DELETE", one, {}),
        ("POST", f"{one}/restore", {}),
        ("POST", f"{one}/comments", {"json": {"body": "Bien"}}),
        ("GET", f"{one}/versions", {}),
        ("GET", f"{one}/audits", {}),
    ):
        found = read_for(marked, lambda: marked.call("officer", method, address, **more))  # noqa: B023
        assert whole(found, {}) == [], address
        assert "submission by its key" in {str(reading) for reading in found}, address


def test_the_evening_and_the_change_feed(marked: Marked) -> None:
    storage = marked.stage.station.storage
    settings = Settings(file=Path(storage.path.parent / "fiche.toml"), data_directory=storage.path.parent)

    def feed() -> None:
        with storage.reading() as db:
            last = changes.last_number(db)
            changes.since(db, last - 3, 200)
            changes.changed_after(db, [1, 2], last - 3)

    for work in (
        feed,
        lambda: examine_here(settings, storage),
        lambda: roll_up(storage.writing, storage.reading, full=False, now=clock.now),
    ):
        found = read_for(marked, work)
        assert whole(found, {}) == []
        assert "change by its key" in {str(reading) for reading in found}


def test_the_regions_of_the_compilations_are_found_by_place(marked: Marked) -> None:
    found = read_for(marked, lambda: marked.call("officer", "GET", "/projects/1/compilations"))
    assert not [reading for reading in found if reading.is_whole and reading.table == "submission"]
    assert "sheet_summary by sheet_summary_by_place" in {str(reading) for reading in found}


def test_a_statement_that_cannot_be_explained_is_a_fault(marked: Marked) -> None:
    with marked.stage.station.storage.reading() as db:
        with pytest.raises(Exception, match="no such table"):
            reads(db, ["SELECT * FROM nowhere"])
        assert reads(db, ["SELECT * FROM submission AS s ORDER BY s.created_at"]) != set()
