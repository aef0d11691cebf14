"""What a database reads for a piece of work: every statement that the program really ran, and the plan of each.

Statements are traced, never written twice. What a trigger does is not traced by its own words: the bodies of the
triggers of every table that was written are explained beside.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from forms.base.sqlite import Database
from server.store.database import Storage

SMALL = {
    "account": "as many as there are people and phones",
    "assignment": "one or two a person",
    "bookmark": "one a reader of the change feed",
    "cell": "one a sex, age band and measure of the published forms",
    "compilation_step": "some a month and organisation",
    "cso": "tens",
    "cso_project": "tens",
    "form": "tens",
    "form_column": "one a question",
    "form_definition": "one a published version",
    "form_draft": "one a form at most",
    "form_draft_media": "some a draft",
    "form_media": "some a published version",
    "invitation": "one a person who has not signed in yet",
    "materialized_view": "six",
    "place": "a gazetteer: hundreds, and the same for years",
    "plan_import": "some a month",
    "plan_upload": "plans that somebody looks at before they count",
    "project": "a few",
    "public_link": "tens",
    "reminder_mail": "one an organisation and month",
    "rollup_run": "one an evening",
    "saved_view": "some a person",
    "sent_today": "one a phone: of its last day alone",
    "summary_rule": "one",
    "summary_to_make": "empty but while sheets are summed up anew",
    "to_compare": "empty but while an examination goes on",
    "trial": "some a draft",
    "usual_size": "one a form, organisation and activity",
    "zone": "some an organisation",
}
"""Tables that do not grow with the sheets, each with the reason. Every other table is large, also one to come."""
SETTING = re.compile(
    r"(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|PRAGMA|CREATE (TABLE|TRIGGER|INDEX)|DROP (TABLE|TRIGGER))\b",
    re.IGNORECASE,
)
"""What is no question to the database, and has no plan."""
STEP = re.compile(r"(?P<way>SCAN|SEARCH) (?P<name>\w+)(?P<how>.*)")
INDEX = re.compile(r"USING (?:COVERING )?INDEX (\w+)")
WRITTEN = re.compile(
    r"^\s*(?:INSERT(?: OR \w+)? INTO|REPLACE INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, order=True)
class Read:
    """How a large table is read by one statement."""

    table: str
    way: str
    """"by INDEX", "by its key", or what is a fault unless a reason is given: "all", "all by INDEX" or
    "by an index made for the moment"."""
    statement: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether every row may be read."""
        return self.way.startswith("all") or "moment" in self.way

    def __str__(self) -> str:
        return f"{self.table} {self.way}"


def traced(storage: Storage, work: Callable[[], object]) -> list[str]:
    """The statements of a piece of work of this thread, each once, with their values."""
    statements: list[str] = []
    writer, _queue = storage._writing_connection()
    connections = [storage.connection().conn, writer.conn]
    for connection in connections:
        connection.set_trace_callback(statements.append)
    try:
        work()
    finally:
        for connection in connections:
            connection.set_trace_callback(None)
    assert statements, "nothing was asked"
    return list(dict.fromkeys(statements))


def reads(db: Database, statements: Iterable[str]) -> set[Read]:
    """How each statement, and each trigger that it sets off, reads the large tables.

    A statement that cannot be explained raises what SQLite says of it.
    """
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    large = {table for table in tables if table not in SMALL and not table.startswith("_sqlite_")}
    triggers = db.execute("SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    explained: set[Read] = set()
    for statement in statements:
        if SETTING.match(statement.lstrip()):
            continue
        explained |= set(_reads_of(db, statement, large))
        written = WRITTEN.match(statement)
        for table, name, sql in triggers:
            if written and written[1] == table and _sets_off(statement, sql):
                for part in _body(sql):
                    explained |= set(_reads_of(db, part, large, [None], f"{name}: "))
    return explained


def _sets_off(statement: str, trigger: str) -> bool:
    """Whether a statement on the trigger's table is of the kind that sets it off."""
    kind = (
        "INSERT"
        if statement.lstrip().upper().startswith("REPLACE")
        else statement.split(maxsplit=1)[0].upper()
    )
    kinds = {kind, "UPDATE"} if "ON CONFLICT" in statement else {kind}
    return any(re.search(rf"\bAFTER {kind}\b", trigger) for kind in kinds)


def _body(trigger: str) -> Iterator[str]:
    """The statements of a trigger, the row that set it off being one value."""
    inside = trigger.partition("BEGIN")[2].rpartition("END")[0]
    for statement in inside.split(";"):
        if statement.strip():
            yield re.sub(r"\b(?:NEW|OLD)\.\w+", "?1", statement)


def _reads_of(
    db: Database, statement: str, large: set[str], values: list[None] | None = None, by: str = ""
) -> Iterator[Read]:
    names = _names(statement, large)
    steps = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {statement}", values or []).fetchall()]
    for made in steps:  # a subquery that has the name of a table inside it is read once, and is no table
        subquery = re.fullmatch(r"(?:MATERIALIZE|CO-ROUTINE) (\w+)", made)
        if subquery and f"SCAN {subquery[1]}" in steps:
            steps[steps.index(f"SCAN {subquery[1]}")] = ""
    for text in steps:
        step = STEP.match(text)
        if step is None:
            continue
        for table in names.get(step["name"], ()):
            yield Read(table, _way(step["way"], step["how"]), by + " ".join(statement.split())[:400])


def _names(statement: str, large: set[str]) -> dict[str, set[str]]:
    """What the large tables of a statement are called in it: a name that is used for two means both."""
    names: dict[str, set[str]] = {}
    for table in large:
        if re.search(rf"\b{table}\b", statement):
            names.setdefault(table, set()).add(table)
            for alias in re.findall(rf"\b{table}\b\"?\s+(?:AS\s+)?\"?(\w+)", statement, re.IGNORECASE):
                names.setdefault(alias, set()).add(table)
    return names


def _way(way: str, how: str) -> str:
    if "AUTOMATIC" in how:
        return "by an index made for the moment"
    index = INDEX.search(how)
    named = index[1] if index else ""
    if named.startswith("sqlite_autoindex"):
        named = "its unique columns"
    if way == "SCAN":
        return f"all by {named}" if named else "all"
    return f"by {named or 'its key'}"
