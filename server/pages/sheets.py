"""The coordinator's pages: the inbox of sheets, one sheet to decide on, decisions and their undoing."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

from flask import g, request

from aggregates.sums import names_of_places
from forms import definitions
from forms.definitions import Form
from forms.places import all_places
from forms.sqlite import Database
from server.accounts import names_of
from server.language import translate_plural
from server.pages import phone_edits
from server.pages.page import given, go, show
from server.pages.sheet_item import STATES, address_part, items, readable_forms
from server.refusals import InstanceUnknown
from server.route import Asking, Resource
from sync import attachments, comments, inboxes, listings, reviews, submissions
from sync.difference import differences, written_path
from sync.inboxes import InboxQuery
from sync.instance import parse_instance, scopes
from sync.legible import legible
from sync.reviews import Seen

resource = Resource("sheets", "/projects/<segment:project_id>/sheets")
DECISIONS = ("approved", "hasIssues", "rejected")
NEED_REASON = ("hasIssues", "rejected")
DAY = re.compile(r"\d{4}-\d\d-\d\d")
FILTERS = ("form", "state", "animator", "from", "to", "q")


@resource.get("", may="submission.list")
def inbox(asking: Asking) -> str:
    """The sheets, newest first, by state, form, animator, day and place."""
    return _inbox(asking)


@resource.post("/decide", may="submission.update")
def decide(asking: Asking) -> Any:
    """Decide on the sheets that are ticked, or on the one that is open."""
    state, reason = given("state"), given("reason")
    seen = [each for text in request.form.getlist("sheet")[:500] if (each := _seen(text))]
    back = _back(asking)
    if state not in (*DECISIONS, "received") or not seen:
        return go(back)
    if state in NEED_REASON and not reason:
        return go(_with(back, "ask", "reason"))
    batch = uuid4().hex

    def work(db: Database) -> int:
        known = inboxes.known_among(db, _query(asking, db), [each.submission_id for each in seen])
        overtaken = reviews.decide(
            db,
            [each for each in seen if each.submission_id in known],
            None if state == "received" else state,
            reason=reason,
            batch=batch,
            actor_id=asking.asker.id,
            now=asking.now,
        )
        return len(overtaken)

    overtaken = asking.write(work)
    done = _with(_with(back, "done", batch), "count", str(len(seen) - overtaken))
    return go(_with(done, "overtaken", str(overtaken)) if overtaken else done)


@resource.post("/undo", may="submission.update")
def undo(asking: Asking) -> Any:
    """Take one's last decision back."""
    batch = given("batch")
    done, late = asking.write(lambda db: reviews.undo(db, batch, actor_id=asking.asker.id, now=asking.now))
    back = _with(_back(asking), "undone", str(done))
    return go(_with(back, "overtaken", str(late)) if late else back)


@resource.get("/<segment:form_id>/<segment:instance_id>", may="submission.read")
def sheet(asking: Asking, instance_id: str) -> str:
    """One sheet: its answers in the form's own words, its pictures and history, and the decision."""
    db, form = asking.db, asking.the_form
    query = _query(asking, db)
    row = inboxes.find(db, query, form.id, instance_id)
    if row is None or form.is_confidential:
        raise InstanceUnknown(instance_id=instance_id)
    definition = definitions.load_definition(db, row.definition_id)
    versions = listings.versions(db, row.id)
    root = scopes(parse_instance(submissions.version_xml(db, versions[0].id)), definition)
    codes = sorted({text.strip() for scope in root for text in scope.answers.values() if len(text) < 80})
    people = names_of(db)
    near = (
        inboxes.of_animator(db, query, row.submitter_id, around=row.created_at, but=row.id)
        if row.submitter_id is not None
        else []
    )
    return show(
        "sheet.html",
        asking,
        project=asking.the_project,
        form=form,
        item=items(asking, [row])[0],
        blocks=legible(definition, root, g.language, names_of_places(db, codes)),
        files=[each for each in attachments.of_version(db, versions[0].id) if each.is_expected],
        files_address=f"/v1/projects/{form.project_id}/forms/{address_part(form.xml_form_id)}"
        f"/submissions/{address_part(row.instance_id)}/attachments/",
        versions=versions,
        changes=_changes(db, versions),
        decisions=reviews.of_submission(db, row.id),
        remarks=comments.of_submission(db, row.id),
        people=people,
        states=STATES,
        near=items(asking, near),
        phone_edits=phone_edits.of_sheet(asking, form, row),
        may_decide=asking.asker.reach("submission.update", form.project_id, form) is not None,
        notice=_notice(),
        batch=request.args.get("done", "")[:32],
        asks_reason=request.args.get("ask") == "reason",
    )


def _inbox(asking: Asking) -> str:
    db = asking.db
    forms = readable_forms(asking, db)
    people = names_of(db)
    query = _asked(asking, db, forms, people)
    rows = inboxes.page(db, query)
    shown, more = rows[: inboxes.PAGE], len(rows) > inboxes.PAGE
    counts = inboxes.counts(db, query)
    counts["todo"] = counts.get("", 0) + counts.get("edited", 0)
    totals = {
        state: sum(counts[each] for each in counts if each != "todo")
        if state == ""
        else counts.get("" if state == "received" else state, 0)
        for state in STATES
    }
    kept = {name: request.args.get(name, "") for name in FILTERS}
    return show(
        "sheets.html",
        asking,
        project=asking.the_project,
        items=items(asking, shown),
        phone_edits_notice=phone_edits.notice(asking),
        forms=sorted((_title(db, form), form.xml_form_id) for form in forms.values()),
        states=STATES,
        totals=totals,
        kept=kept,
        state=_state(),
        address=lambda **changed: (
            "?" + urlencode({k: v for k, v in {**kept, **changed}.items() if v or k == "state"})
        ),
        older=f"{shown[-1].created_at}.{shown[-1].id}" if more else "",
        is_first=not request.args.get("after"),
        may_decide=asking.asker.reach("submission.update", asking.the_project.id) is not None,
        notice=_notice(),
        batch=request.args.get("done", "")[:32],
        asks_reason=request.args.get("ask") == "reason",
    )


def _query(asking: Asking, db: Database) -> InboxQuery:
    return InboxQuery(tuple(readable_forms(asking, db)), asking.reach.csos)


def _state() -> str:
    state = request.args.get("state", "todo")
    return state if state in STATES else "todo"


def _asked(asking: Asking, db: Database, forms: dict[int, Form], people: Mapping[int, str]) -> InboxQuery:
    """What the address asks for."""
    args = request.args
    wanted = {key: form for key, form in forms.items() if args.get("form", "") in ("", form.xml_form_id)}
    animator = args.get("animator", "").strip().casefold()
    submitters = (
        tuple(key for key, name in people.items() if animator in name.casefold()) if animator else None
    )
    search = args.get("q", "").strip().casefold()
    codes = (
        tuple(
            each.code
            for each in all_places(db)
            if search in each.name.casefold() or search == each.code.casefold()
        )
        if search
        else None
    )
    moment, _, last = args.get("after", "").rpartition(".")
    before = (moment, int(last)) if moment and last.isascii() and last.isdigit() and len(last) < 18 else None
    return InboxQuery(
        tuple(wanted),
        asking.reach.csos,
        state=_state(),
        submitters=submitters,
        first_day=_day("from"),
        last_day=_day("to"),
        before=before,
        places={key: found for key, form in wanted.items() if (found := _place_column(db, form))},
        codes=codes,
    )


def _day(name: str) -> str:
    given_day = request.args.get(name, "")
    return given_day if DAY.fullmatch(given_day) else ""


def _place_column(db: Database, form: Form) -> tuple[str, str] | None:
    """The flat table and column of the last question that asks a place: the village."""
    assert form.current_definition_id is not None
    definition = definitions.load_definition(db, form.current_definition_id)
    asked = [
        each.path
        for each in definition.fields
        if each.tag and each.tag.dimension == "place" and not each.repeat
    ]
    layout = definitions.layout_of(db, form.current_definition_id)
    columns = {column.path: (table.name, column.name) for table in layout.tables for column in table.columns}
    return columns.get(asked[-1]) if asked else None


def _title(db: Database, form: Form) -> str:
    assert form.current_definition_id is not None
    return definitions.definition_row(db, form.current_definition_id).title


def _changes(db: Database, versions: list[listings.VersionRow]) -> dict[int, list[tuple[str, str, str]]]:
    """What each version changed, by its number: where, what stood there, what stands there now."""
    told = {}
    for position, after in enumerate(versions[:-1]):
        before = versions[position + 1]
        repeats = frozenset(
            each.path for each in definitions.load_definition(db, after.definition_id).repeats
        )
        old, new = (parse_instance(submissions.version_xml(db, each.id)) for each in (before, after))
        told[after.number] = [
            (
                " › ".join(
                    str(step) if isinstance(step, str) else f"{step[0]} {int(step[1]) + 1}" for step in path
                ),
                each.old or "–",
                each.new or "–",
            )
            for each in differences(old, new, repeats)
            if (path := written_path(each.path))[0] != "meta"
        ]
    return told


def _seen(text: str) -> Seen | None:
    found = re.fullmatch(r"(\d{1,17})\.(\d{1,6})\.(\w{0,12})", text)
    return Seen(int(found[1]), int(found[2]), found[3]) if found else None


def _notice() -> str:
    """What a decision did, for the page that follows it."""
    counts = {
        name: int(value)
        for name in ("count", "undone", "overtaken")
        if (value := request.args.get(name, "")).isascii() and value.isdigit() and len(value) < 6
    }
    language: str = g.language
    said = []
    if counts.get("count"):
        said.append(
            translate_plural(
                language,
                "{count} sheet was decided on.",
                "{count} sheets were decided on.",
                counts["count"],
            )
        )
    if counts.get("undone"):
        said.append(
            translate_plural(
                language,
                "The decision on {count} sheet was taken back.",
                "The decision on {count} sheets was taken back.",
                counts["undone"],
            )
        )
    if counts.get("overtaken"):
        said.append(
            translate_plural(
                language,
                "{count} sheet was changed by somebody else meanwhile: look at it again.",
                "{count} sheets were changed by somebody else meanwhile: look at them again.",
                counts["overtaken"],
            )
        )
    return " ".join(said)


def _back(asking: Asking) -> str:
    """Where the form stood, without what an earlier decision left in the address."""
    base = f"/projects/{asking.the_project.id}/sheets"
    wanted = given("back")
    if not wanted.startswith((f"{base}?", f"{base}/")) and wanted != base:
        return base
    path, _, options = wanted.partition("?")
    kept = [each for each in options.split("&") if each and each.partition("=")[0] not in ADDED]
    return f"{path}?{'&'.join(kept)}" if kept else path


ADDED = ("done", "count", "overtaken", "undone", "ask")


def _with(address: str, name: str, value: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{name}={quote(value, safe='')}"
