"""Two sheets side by side that may tell of the same event: what is the same, what is not, and which one stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask import g, request

from aggregates.flags import flags
from aggregates.flags.flag import Flag
from forms.base.by import By
from forms.base.sqlite import Database
from forms.catalogue import definitions
from server.base.whole_number import whole_number
from server.review.decision import read_seen, written_reason
from server.sheet.answers import answers_language, blocks_of, open_row, told
from server.submissions.filter import find_row, may_see, read_filter
from server.submissions.lookup import InstanceUnknown
from server.submissions.sheet_item import STATES, day_in_words, items, sheet_address
from server.web import notice
from server.web.page import given, go, show
from server.web.route import Asking, Resource
from server.words.flag_sentence import flag_sentence
from server.words.language import mark, translate
from sync.lists import inbox_pages
from sync.lists.inbox_pages import InboxRow
from sync.reading.legible import Block
from sync.review import comments, decisions

resource = Resource(
    "beside", "/projects/<segment:project_id>/sheets/<segment:form_id>/<segment:instance_id>/beside"
)
CHOICES = ("both", "this", "other")


@dataclass(frozen=True, slots=True)
class Compared:
    """One question in both sheets."""

    label: str
    this: str
    other: str

    @property
    def is_same(self) -> bool:
        """Whether both answer the same."""
        return self.this == self.other


@dataclass(frozen=True, slots=True)
class ComparedBlock:
    """One group of the form."""

    heading: str
    rows: tuple[Compared, ...]


@resource.get("/<segment:other>", may="submission.read")
def two(asking: Asking, instance_id: str, other: str) -> str:
    """A sheet beside another one."""
    db = asking.db
    row, second = _both(asking, db, instance_id, other)
    language = answers_language()
    left, right = (open_row(asking, neighbour) for neighbour in (row, second))
    compared = compare(*(blocks_of(sheet, language, answers_in_labels=False) for sheet in (left, right)))
    between = _between(db, row, second)
    return show(
        "beside.html",
        asking,
        project=asking.the_project,
        items=items(asking, [row, second]),
        blocks=compared,
        same=sum(line.is_same for block in compared for line in block.rows),
        differing=sum(not line.is_same for block in compared for line in block.rows),
        told=[flag_sentence(flag, g.language) for flag in between],
        states=STATES,
        wanted=read_filter(request.args),
        back_address=sheet_address(asking.the_form, row.instance_id),
        may_decide=asking.asker.reach("submission.update", asking.the_project.id, asking.the_form)
        is not None,
        asks_reason=request.args.get("ask") == "reason",
        notice=notice.decided(),
    )


@resource.post("/<segment:other>", may="submission.update")
def choose(asking: Asking, instance_id: str, other: str) -> Any:
    """Keep both, with the reason why they are two events; or reject one of them as the double of the other."""
    choice, reason = given("keep"), written_reason()
    here = f"{sheet_address(asking.the_form, instance_id)}/beside/{other}"
    if choice not in CHOICES:
        return go(here)
    if choice == "both" and not reason:
        return go(notice.with_option(here, "ask", "reason"))
    batch = uuid4().hex

    def work(db: Database) -> bool:
        row, second = _both(asking, db, instance_id, other)
        if choice == "both":
            _keep_both(asking, db, row, second, reason)
            return True
        stays, goes = (row, second) if choice == "this" else (second, row)
        return _reject(asking, db, stays, goes, reason=reason, batch=batch)

    is_done = asking.write(work)
    sheet = sheet_address(asking.the_form, instance_id)
    if not is_done:
        return go(notice.with_option(here, "overtaken", "1"))
    if choice == "both":
        return go(notice.with_option(sheet, "said", "flag"))
    return go(notice.with_option(notice.with_option(sheet, "done", batch), "count", "1"))


def compare(this: Sequence[Block], other: Sequence[Block]) -> list[ComparedBlock]:
    """The answers of two sheets question by question, in the order of the first; what only the second tells follows."""
    left, right = _rows(this), _rows(other)
    blocks: dict[str, list[Compared]] = {}
    for heading, key, label in dict.fromkeys([*left, *right]):
        pair = [answers.get((heading, key, label), "–") for answers in (left, right)]
        blocks.setdefault(heading, []).append(Compared(label, *pair))
    return [ComparedBlock(heading, tuple(rows)) for heading, rows in blocks.items()]


def _rows(blocks: Sequence[Block]) -> dict[tuple[str, str, str], str]:
    """Answers by group, question and label; each row of a repeat is one answer."""
    found: dict[tuple[str, str, str], str] = {}
    for block in blocks:
        for line in block.lines:
            if line.is_withheld:  # whether both tell the same is not said either
                continue
            found[block.heading, line.path, line.label] = told(line)
        for table in block.tables:
            for number, cells in enumerate(table.rows, start=1):
                label = f"{table.heading} {number}"
                found[block.heading, label, label] = " · ".join(filter(None, cells))
    return found


def _both(asking: Asking, db: Database, instance_id: str, other: str) -> tuple[InboxRow, InboxRow]:
    row = find_row(asking, db, instance_id)
    key = whole_number(other) or 0
    found = inbox_pages.of_ids(db, may_see(asking, db), [key]) if key != row.id else []
    if not found:
        raise InstanceUnknown(instance_id=other)
    return row, found[0]


def _between(db: Database, row: InboxRow, second: InboxRow) -> list[Flag]:
    """The flags that say of either sheet that it is the double of the other."""
    found = flags.of_submissions(db, [row.id, second.id])
    pairs = ((row.id, second.id), (second.id, row.id))
    return [
        flag
        for key, named in pairs
        for flag in found.get(key, [])
        if flag.rule == "duplicate" and str(flag.details.get("other")) == str(named)
    ]


def _keep_both(asking: Asking, db: Database, row: InboxRow, second: InboxRow, reason: str) -> None:
    """Accept the flags between the two; where there is none, the reason stays as a remark."""
    open_flags = [flag for flag in _between(db, row, second) if flag.is_open]
    for flag in open_flags:
        flags.decide(db, flag, "accepted", reason=reason, actor_id=asking.asker.id, now=asking.now)
    if not open_flags:
        comments.add_once(db, row.id, reason, actor_id=asking.asker.id, now=asking.now)


def _reject(
    asking: Asking, db: Database, stays: InboxRow, goes: InboxRow, *, reason: str, batch: str
) -> bool:
    """Reject one sheet as the double of the other; gives whether both still stood as they were seen."""
    seen = {each.submission_id: each for text in request.form.getlist("sheet") if (each := read_seen(text))}
    double = _double_of(db, stays)
    why = f"{double} {reason}".strip()
    actor = asking.asker.id
    if goes.id not in seen or decisions.decide(
        db, [seen[goes.id]], "rejected", reason=why, batch=batch, by=By(actor, asking.now)
    ):
        return False
    for flag in _between(db, stays, goes):
        if flag.is_open:
            decision = "rejected" if flag.submission_id == goes.id else "accepted"
            flags.decide(db, flag, decision, reason=why, actor_id=actor, now=asking.now)
    return True


def _double_of(db: Database, stays: InboxRow) -> str:
    title = definitions.load_definition(db, stays.definition_id).title
    message = mark("Double of: {form}, {day} ({number}).")
    day = day_in_words(stays.summary.event_date)
    return translate(g.language, message, form=title, day=day, number=stays.instance_id)
