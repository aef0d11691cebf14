"""What is TAGNE's is in no answer to APDF's coordinator, and whatever she sends with its ids changes nothing of it.

Every address of the server is walked, over data in which everything of TAGNE's carries a mark.
"""

import io
import itertools
import re
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import unquote

import pytest

from server.web.route import ROUTES, Route
from tests.server.marked import MONTH, PEOPLE, PICTURE, SHEET, WORDS, Marked, marked, plan_file
from tests.server.web.test_access import values
from tests.sheet_writer import instance_xml

__all__ = ["marked"]
ALI = "ali"
"""APDF's coordinator."""
MARKS = re.compile(
    "|".join(
        (
            *(re.escape(form) for word in WORDS for form in (word, word.casefold())),
            "uuid(?::|%3a|%3A)(?:mark-[0-9]|tagne|gone)",
            r"(?<![\w-])" + r"(?:\W|&nbsp;)?".join(f"{PEOPLE:,}".split(",")) + r"(?![\w-])",
        )
    )
)
"""Words, numbers and names that are TAGNE's alone."""
QUERIES = (
    "",
    "state=&missing=yes",
    f"cso=TAGNE&state=&month={MONTH}",
    "animator={phone}&phone={phone}&actor={person}&state=",
    "state=&place=T-MARK&order=people",
    "by=cso,village,form,activity&from=2020-01&to=2020-12",
    "cso=tagne&by=village",
    f"rows=cso,village&columns=&month={MONTH}",
    f"block=sessions&column=h&place=T-MARK&month={MONTH}",
    "format=csv",
    "format=xlsx",
    "%24expand=*&%24count=true&%24wkt=true",
    "%24filter=__system/submitterId eq {phone}",
    "submitterId={phone}&deletedSubmissions=true",
)
EVERYTHING = "&".join(query for query in QUERIES if query)
"""What an address is asked that refuses her without a question: no question opens it."""
GETS = [route for route in ROUTES if route.method == "GET"]
OTHERS = [route for route in ROUTES if route.method != "GET"]


def holes(marked: Marked) -> dict[str, tuple[str, ...]]:
    """What stands in the holes of addresses: TAGNE's things, and APDF's own beside them."""
    ids = marked.stage.ids
    keys = {row[1]: str(row[0]) for row in marked.rows("SELECT id, instance_id FROM submission")}
    links = [str(row[0]) for row in marked.rows("SELECT account_id FROM public_link")]
    return {
        **{name: (value,) for name, value in values(marked.stage).items()},
        "form_id": ("seance", "club", "fiches_a_corriger"),
        "instance_id": ("uuid:mark-1", "uuid:mark-2", "uuid:open-1", "uuid:mark-3"),
        "version_id": ("uuid:mark-1", "uuid:mark-2b", "uuid:open-1"),
        "name": ("Zqphoto.jpg", "Zqlate.jpg", "a_corriger.csv", "villages.csv"),
        "other": (keys["uuid:mark-1"], keys["uuid:mark-2"], keys["uuid:open-2"]),
        "number": ("1", "2"),
        "code": ("TAGNE", "tagne", "APDF"),
        "month": (MONTH,),
        "import_id": ("1",),
        "upload": tuple(marked.uploads),
        "link_id": tuple(links),
        "phone_id": (str(ids["Zqawaphone"]),),
        "user_id": (str(ids["Zqawa"]),),
        "actor": (str(ids["Zqawa"]),),
        "token": (marked.stage.tokens["Zqawa"],),
    }


def addresses(route: Route, marked: Marked) -> Iterator[str]:
    """A route's address with its holes filled in every way."""
    known = holes(marked)
    names = re.findall(r"<\w+:(\w+)>", route.path)
    for chosen in itertools.product(*(known[name] for name in names)):
        path = route.path
        for name, value in zip(names, chosen, strict=True):
            path = re.sub(rf"<\w+:{name}>", lambda _, value=value: value, path)
        yield path


def text_of(answer: Any) -> str:
    """All that an answer tells: its headers, its text, and what is inside its files."""
    body: bytes = answer.get_data()
    told = [str(answer.headers)]
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as file:
            told += [f"{name}\n{file.read(name).decode('utf-8', 'replace')}" for name in file.namelist()]
    else:
        told.append(body.decode("utf-8", "replace"))
    return unquote("\n".join(told))


def marks_in(answer: Any, asked: str) -> set[str]:
    """The marks that an answer tells and that were not asked with."""
    return {element.casefold() for element in MARKS.findall(text_of(answer))} - {
        element.casefold() for element in MARKS.findall(unquote(asked))
    }


@pytest.mark.parametrize("route", GETS, ids=lambda route: route.path)
def test_nothing_of_another_csos_is_read_at_any_address(marked: Marked, route: Route) -> None:
    ids = {"phone": marked.stage.ids["Zqawaphone"], "person": marked.stage.ids["Zqawa"]}
    for path in addresses(route, marked):
        questions = list(QUERIES)
        for query in questions:  # shortened below, where the first is refused
            asked = f"{path}?{query.format(**ids)}"
            answer = marked.stage.get(ALI, asked, headers={"X-Extended-Metadata": "true"})
            assert answer.status_code < 500, (asked, answer.text[:300])
            assert marks_in(answer, asked) == set(), asked
            if query == "" and answer.status_code in (401, 403, 404):
                questions[1:] = [EVERYTHING]


def test_the_walk_would_find_a_mark(marked: Marked) -> None:
    """Whoever may see TAGNE's things reads a mark at as many addresses: the walk looks where they are."""
    found = {}
    for route in GETS:
        for path in addresses(route, marked):
            found.setdefault(route.name, set()).update(
                marks_in(marked.stage.get("Zqawa", f"{path}?{QUERIES[1]}"), path)
            )
    everything = set().union(*found.values())
    assert {word.casefold() for word in WORDS} - everything == set()
    assert sum(bool(marks) for marks in found.values()) > 40


def sent(route: Route, marked: Marked) -> Iterator[tuple[dict[str, Any], str]]:
    """What she sends: everything that any route takes, with TAGNE's ids; and the same as text."""
    seen = [
        f"{row[0]}.{row[1]}.{row[2] or ''}"
        for row in marked.rows("SELECT id, versions, review_state FROM submission WHERE cso = 'tagne'")
    ]
    [flag, *_] = marked.call("Zqawa", "GET", f"{SHEET}/flags").get_json()
    if route.takes is not None:
        line = {"cso": "TAGNE", "place": "T-MARK", "month": MONTH, "sessions": 1, "people": 5}
        every = {
            "instanceIds": ["uuid:mark-1", "uuid:mark-2"], "reviewState": "approved", "state": "open",
            "body": "x", "seen": flag["seen"], "decision": None, "reason": "x", "lines": [line], "remark": "x",
            "name": "X", "code": "TAGNE", "zones": [], "displayName": "X", "cso": "TAGNE", "once": False,
            "email": "z@osc.ml", "role": "coordinator", "project": 1, "old": "x", "new": "y", "password": "x",
        }  # fmt: skip
        for decision in (None, "accepted"):
            yield {"json": {**every, "decision": decision}}, str(every)
    elif route.takes_media:
        reason = {"X-Action-Notes": "x"}
        answers = {"/osc": "tagne", "/jour": f"{MONTH}-08", "/femmes": 1, "/village": "T-MARK"}
        for edited in ("", "uuid:mark-1", "uuid:mark-2b"):
            xml = instance_xml("seance", "1", answers, instance_id="uuid:sent", deprecated_id=edited)
            yield {"data": xml, "content_type": "application/xml", "headers": reason}, xml.decode()
            parts = {
                "xml_submission_file": (io.BytesIO(xml), "x.xml"),
                "photo.jpg": (io.BytesIO(PICTURE), "photo.jpg"),
            }
            yield {"data": parts, "headers": reason}, xml.decode()
    else:
        fields = {
            "sheet": seen, "reason": "x", "why": "x", "decision": "accepted", "flag": flag["seen"], "back": "/",
            "batch": marked.batches[0], "keep": "other", "body": "x", "names": "X", "cso": "TAGNE", "name": "X",
            "phone": [str(marked.stage.ids["Zqawaphone"])], "form": "seance", "remark": "x", "steps": "4",
            "seen": "", "version": "2", "choice": "all", "filters": "cso=TAGNE", "role": "viewer", "once": "",
            "project": "1", "month": MONTH, "email": "z@osc.ml", "language": "fr",
        }  # fmt: skip
        for state in ("approved", "rejected"):
            plan = io.BytesIO(plan_file(("TAGNE", "T-MARK", MONTH, 1, 5, "X")))
            yield {"data": {**fields, "state": state, "file": (plan, "x.xlsx")}}, str(fields)


def contents(marked: Marked) -> dict[str, set[tuple[object, ...]]]:
    """Every row of every table."""
    tables = [
        row[0]
        for row in marked.rows(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        )
    ]
    return {table: {tuple(row) for row in marked.rows(f'SELECT * FROM "{table}"')} for table in tables}


@dataclass(frozen=True)
class Owners:
    """Whose the rows of the database are."""

    columns: dict[str, list[str]]
    sheets: dict[int, str]
    """The CSO of each submission."""
    her_id: int

    def is_hers(self, table: str, row: tuple[object, ...]) -> bool:
        """Whether a row is about herself, her organisation or one of its sheets."""
        told = self.told(table, row)
        sheet = told["id"] if table == "submission" else told.get("submission_id")
        account = told["id"] if table == "account" else told.get("account_id")
        # form_change says how often her organisation's sheets changed
        counter = table == "form_change" and told["cso"] == "apdf"
        return counter or self.sheets.get(cast(int, sheet)) == "apdf" or account == self.her_id

    def is_tagnes(self, table: str, row: tuple[object, ...]) -> bool:
        """Whether a row is about TAGNE or one of its sheets."""
        told = self.told(table, row)
        sheet = self.sheets.get(cast(int, told.get("submission_id")))
        return sheet == "tagne" or str(told.get("cso", "")).casefold() == "tagne"

    def told(self, table: str, row: tuple[object, ...]) -> dict[str, object]:
        """A row by its columns."""
        return dict(zip(self.columns[table], row, strict=True))


@pytest.fixture(scope="module")
def before(marked: Marked) -> dict[str, set[tuple[object, ...]]]:
    """Every row of every table in the beginning."""
    marked.reset()
    return contents(marked)


@pytest.fixture(scope="module")
def owners(marked: Marked, before: dict[str, set[tuple[object, ...]]]) -> Owners:
    """Whose the rows are in the beginning."""
    return Owners(
        {table: [row[1] for row in marked.rows(f'PRAGMA table_info("{table}")')] for table in before},
        dict(marked.rows("SELECT id, cso FROM submission")),
        marked.stage.ids[ALI],
    )


@pytest.mark.parametrize("route", OTHERS, ids=lambda route: f"{route.method} {route.path}")
def test_whatever_she_sends_changes_nothing_of_another_csos(
    marked: Marked, before: dict[str, set[tuple[object, ...]]], owners: Owners, route: Route
) -> None:
    marked.reset()
    bodies = list(sent(route, marked))
    for path in addresses(route, marked):
        for body, asked in bodies:
            answer = marked.stage.call(ALI, route.method, path, **deepcopy(body))
            assert answer.status_code < 500, (path, answer.text[:300])
            assert marks_in(answer, f"{path} {asked}") == set(), path
            if not marked.stage.is_changed():
                continue
            after = contents(marked)
            for table, rows in before.items():
                lost = [row for row in rows - after[table] if not owners.is_hers(table, row)]
                added = [row for row in after[table] - rows if owners.is_tagnes(table, row)]
                assert (lost, added) == ([], []), (path, table, answer.status_code)
            marked.reset()
