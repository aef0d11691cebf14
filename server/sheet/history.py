"""What happened to a sheet, newest first, as one list: versions with what they changed, decisions, remarks, flags."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import g

from aggregates.flags.flag import Flag
from aggregates.tallies.tally_queries import names_of_places
from forms.base.sqlite import Database
from forms.catalogue import definitions
from forms.places.cso_code import CsoCode
from server.review.flag_shown import OUTCOMES
from server.submissions.sheet_item import STATES
from server.words.flag_sentence import flag_title
from server.words.language import mark, translate
from sync import audits
from sync.instance.instance import parse_instance, scopes
from sync.intake import submissions
from sync.lists.submission_lists import VersionRow
from sync.reading.difference import Difference, differences
from sync.reading.legible import answer_in_words, answers_around, where_in_words
from sync.review import comments

TRASH = {
    "submission.delete": mark("Put into the trash"),
    "submission.restore": mark("Taken out of the trash"),
    "submission.conflict": mark("A different sheet came under the same number: it was kept aside"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One answer that a version changed."""

    question: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened."""

    at: str
    who: str
    """"" where nobody is known."""
    title: str
    text: str = ""
    """What was said with it."""
    changes: tuple[Change, ...] = ()


def history(
    db: Database,
    submission_id: int,
    *,
    versions: Sequence[VersionRow],
    flags: Sequence[Flag],
    people: Mapping[int, str],
    withheld: frozenset[str],
) -> list[Event]:
    """Everything that happened to a sheet, newest first; what happened at once stands in the order it was done.

    `withheld` are questions of which is not told that they changed.
    """
    told = [
        *_versions(db, versions, people, withheld),
        *_decisions(db, submission_id, people),
        *_flags(flags, people),
    ]
    said = {(event.at, event.text) for event in told if event.text}
    told += [
        remark for remark in _remarks(db, submission_id, people) if (remark.at, remark.text) not in said
    ]  # the reason of a decision is kept as a remark too
    return sorted(told, key=lambda each: each.at, reverse=True)


def _decisions(db: Database, submission_id: int, people: Mapping[int, str]) -> list[Event]:
    language: str = g.language
    told = []
    for line in audits.lines_of_submission(db, submission_id):
        who = people.get(line.actor_id or 0, "")
        if line.action == "submission.update" and "reviewState" in line.details:
            word = STATES[line.details["reviewState"] or "received"]
            state = translate(language, word)
            if line.notes == "undo":
                title = translate(language, mark("Decision taken back: {state}"), state=state)
                told.append(Event(line.logged_at, who, title))
            else:
                title = translate(language, mark("Decision: {state}"), state=state)
                told.append(Event(line.logged_at, who, title, line.notes or ""))
        elif line.action == "submission.move":
            owners = {name: CsoCode(line.details[name]).shown or "–" for name in ("from", "to")}
            title = translate(
                language, mark("Given from {before} to {after}"), before=owners["from"], after=owners["to"]
            )
            told.append(Event(line.logged_at, who, title, line.notes or ""))
        elif line.action in TRASH:
            told.append(Event(line.logged_at, who, translate(language, TRASH[line.action])))
    return told


def _remarks(db: Database, submission_id: int, people: Mapping[int, str]) -> list[Event]:
    title = translate(g.language, mark("Remark"))
    return [
        Event(comment.created_at, people.get(comment.actor_id or 0, ""), title, comment.body)
        for comment in comments.of_submission(db, submission_id)
    ]


def _flags(flags: Sequence[Flag], people: Mapping[int, str]) -> list[Event]:
    language: str = g.language
    message = mark("{flag}: {decision}")
    return [
        Event(
            flag.decided_at,
            people.get(flag.actor_id or 0, ""),
            translate(
                language,
                message,
                flag=flag_title(flag, language),
                decision=translate(language, OUTCOMES[flag.decision]),
            ),
            flag.reason,
        )
        for flag in flags
        if flag.decision
    ]


def _versions(
    db: Database, versions: Sequence[VersionRow], people: Mapping[int, str], withheld: frozenset[str]
) -> list[Event]:
    """The first version as received, each later one with its changes."""
    language: str = g.language
    told = []
    for position, after in enumerate(versions):
        who = people.get(after.submitter_id or 0, "")
        if position + 1 == len(versions):
            told.append(Event(after.created_at, who, translate(language, mark("Sheet received"))))
            continue
        title = translate(language, mark("Version {number}"), number=after.number)
        changes = _changes(db, versions[position + 1], after, language, withheld)
        told.append(Event(after.created_at, who, title, changes=changes))
    return told


def _changes(
    db: Database, before: VersionRow, after: VersionRow, language: str, withheld: frozenset[str]
) -> tuple[Change, ...]:
    definition = definitions.load_definition(db, after.definition_id)
    repeats = frozenset(repeat.path for repeat in definition.repeats)
    old, new = (parse_instance(submissions.version_xml(db, version.id)) for version in (before, after))
    found = [
        difference
        for difference in differences(old, new, repeats, withheld=withheld)
        if _is_answer(difference)
    ]
    codes = sorted({text for difference in found for text in (difference.old, difference.new) if text})
    names = names_of_places(db, codes)
    root = scopes(new, definition)

    def told(difference: Difference, text: str | None) -> str:
        answers = answers_around(root, difference.path)
        return answer_in_words(definition, difference.path, text, language, names, answers) if text else "–"

    def where(difference: Difference) -> str:
        return where_in_words(
            definition, difference.path, language, answers_around(root, difference.path), names
        )

    return tuple(
        Change(where(difference), told(difference, difference.old), told(difference, difference.new))
        for difference in found
    )


def _is_answer(difference: Difference) -> bool:
    """Whether a person answered it: names and times of the sheet itself change with every version."""
    return difference.path[0] not in ("meta", "start", "end", "today", "username", "deviceid")
