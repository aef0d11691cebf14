"""The page of one sheet: its answers in the form's own words, its place, flags and history, and the decision."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import g, request

from aggregates.flags import flags
from aggregates.flags.flag import Flag
from forms.base.sqlite import Database
from forms.places.csos import Cso, list_csos
from server.base.whole_number import whole_number
from server.identity.accounts import names_of
from server.review.decision import base_address, common_reasons, last_decided
from server.review.flag_shown import shown_flags
from server.review.phone_edit import of_sheet
from server.sheet.answers import Opened, answers_language, blocks_of, open_row, told
from server.sheet.history import history
from server.sheet.place import map_of
from server.submissions.filter import InboxFilter, find_row, may_see, query_of, read_filter
from server.submissions.next_sheet import adjacent_sheets
from server.submissions.sheet_item import STATES, Item, items
from server.web import notice
from server.web.address import submission_path
from server.web.page import given, go, show
from server.web.route import Asking, Resource
from server.words.language import mark, translate
from sync.counting.summary import Summary
from sync.intake import attachments
from sync.intake.attachments import Attachment
from sync.lists import inbox_pages
from sync.lists.inbox_pages import InboxQuery, InboxRow
from sync.review import comments

resource = Resource("sheets", "/projects/<segment:project_id>/sheets/<segment:form_id>/<segment:instance_id>")
SAID = {
    "remark": mark("Your remark is kept with the sheet."),
    "flag": mark("The decision on the flag is kept."),
    "flag-open": mark("The flag is open again."),
    "moved": mark("The sheet is the other organisation's now: both numbers follow at the next roll-up."),
    "flag-overtaken": mark("The flag has changed meanwhile: look at it again."),
}


@resource.get("", may="submission.read")
def sheet(asking: Asking, instance_id: str) -> str:
    """One sheet: its answers in the form's own words, its pictures and history, and the decision."""
    db, form = asking.db, asking.the_form
    wanted = read_filter(request.args)
    query = may_see(asking, db)
    row = find_row(asking, db, instance_id)
    opened = open_row(asking, row)
    item = items(asking, [row])[0]
    people = names_of(db)
    its_flags = flags.of_submissions(db, [row.id]).get(row.id, [])
    week = _week(asking, query, row)
    beside = adjacent_sheets(asking, query_of(asking, db, wanted), row, with_count=bool(wanted["then"]))
    files = [
        attachment
        for attachment in attachments.of_version(db, opened.versions[0].id)
        if attachment.is_expected
    ]
    return show(
        "sheet.html",
        asking,
        project=asking.the_project,
        form=form,
        item=item,
        wanted=wanted,
        list_address=f"{base_address(asking)}{wanted.address()}",
        onward=wanted.options(),
        beside=beside,
        blocks=blocks_of(opened, answers_language(), with_missing=bool(request.args.get("missing"))),
        told=told,
        answers=answers_language(),
        with_missing=bool(request.args.get("missing")),
        version_address=_version_address(wanted),
        files=files,
        pictures=_pictures(opened, files),
        files_address=files_address(asking, row),
        place_map=map_of(db, opened.definition, opened.root, row.summary.place),
        flags=shown_flags(asking, query, row, its_flags, people),
        same_event=same_event(asking, query, row, its_flags),
        history=history(
            db,
            row.id,
            versions=opened.versions,
            flags=its_flags,
            people=people,
            withheld=opened.withheld,
        ),
        states=STATES,
        week=week,
        week_total=total([counted.summary for counted in (item, *week)]),
        may_decide=asking.asker.reach("submission.update", form.project_id, form) is not None,
        notice=notice.decided() or _said(),
        batch=notice.batch(),
        decided=last_decided(asking),
        asks_reason=request.args.get("ask") == "reason",
        asks_flag=request.args.get("ask_flag", ""),
        reasons=common_reasons(),
        phone_edits=of_sheet(asking, form, row),
        may_go_to=may_go_to(asking, row),
    )


@resource.post("/remarks", may="submission.update")
def remark(asking: Asking, instance_id: str) -> Any:
    """Say something about a sheet; it stays in its history."""
    body = given("body")

    def work(db: Database) -> None:
        row = find_row(asking, db, instance_id)
        if body:
            comments.add_once(db, row.id, body, actor_id=asking.asker.id, now=asking.now)

    asking.write(work)
    place = notice.back(base_address(asking), given("back"))
    return go(f"{notice.with_option(place, 'said', 'remark') if body else place}#history")


def may_go_to(asking: Asking, row: InboxRow) -> list[Cso]:
    """The organisations to which the asker may give a sheet; [] for whoever may not."""
    form = asking.the_form
    if asking.asker.reach("submission.move", form.project_id, form) is None:
        return []
    return [cso for cso in list_csos(asking.db, project_id=form.project_id) if cso.key != row.cso]


def files_address(asking: Asking, row: InboxRow) -> str:
    """Where the files of a sheet are."""
    return f"{submission_path(asking.the_form, row.instance_id)}/attachments/"


def same_event(asking: Asking, query: InboxQuery, row: InboxRow, its_flags: Sequence[Flag]) -> list[Item]:
    """Sheets that may tell of the same event: those of the same place and day, and those that a flag names."""
    named = [other for flag in its_flags if (other := whole_number(str(flag.details.get("other", ""))))]
    found = {
        neighbour.id: neighbour for neighbour in inbox_pages.at_same_place_and_day(asking.db, query, row)
    }
    found |= {
        neighbour.id: neighbour
        for neighbour in inbox_pages.of_ids(asking.db, query, named)
        if neighbour.id != row.id
    }
    return items(asking, list(found.values()))


def total(summaries: Sequence[Summary]) -> Summary:
    """The sums of several sheets; a cell that none of them answers stays unknown."""

    def added(cell: str) -> int | None:
        known = [value for summary in summaries if (value := getattr(summary, cell)) is not None]
        return sum(known) if known else None

    people = sum(summary.people for summary in summaries)
    return Summary(
        people=people, men=added("men"), women=added("women"), boys=added("boys"), girls=added("girls")
    )


def _week(asking: Asking, query: InboxQuery, row: InboxRow) -> list[Item]:
    """What the animator reports of the week of the event, Monday to Sunday."""
    try:
        day = date.fromisoformat(row.summary.event_date)
    except ValueError:
        return []
    if row.submitter_id is None:
        return []
    monday = day - timedelta(days=day.weekday())
    sunday = monday + timedelta(days=6)
    rows = inbox_pages.of_animator(
        asking.db,
        query,
        row.submitter_id,
        first_day=monday.isoformat(),
        last_day=sunday.isoformat(),
        but=row.id,
    )
    return items(asking, rows)


def _pictures(opened: Opened, files: Sequence[Attachment]) -> list[tuple[Attachment, str]]:
    """The pictures that came, each with what the form calls it."""
    labels = {
        line.value: line.label
        for block in blocks_of(opened, g.language)
        for line in block.lines
        if line.kind == "binary"
    }
    return [
        (file, labels.get(file.name, file.name))
        for file in files
        if file.sha256 and (file.media_type or "").startswith("image/")
    ]


def _version_address(wanted: InboxFilter) -> Any:
    """Writes the address of this page with other answers shown."""

    def address(**changed: str) -> str:
        shown = {
            "answers": changed.get("answers", request.args.get("answers", "")),
            "missing": changed.get("missing", request.args.get("missing", "")),
        }
        return f"?{wanted.options(**shown)}#answers"

    return address


def _said() -> str:
    text = SAID.get(request.args.get("said", ""), "")
    return translate(g.language, text) if text else ""
