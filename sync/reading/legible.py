"""A sheet as people read it: the form's own groups and labels, answers in words, repeats as tables. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from forms.definition.definition import Branch, Definition, Field, Labels
from forms.definition.label import filled
from sync.counting.summary import activity_field
from sync.instance.instance import Instance, Scope
from sync.reading.difference import Path, path_of

Names = Mapping[str, str]
"""What codes are called that no choice list of the form tells (places, from a file)."""
Answers = Mapping[str, str]
"""Answers by path, for the labels that name another answer."""
NO_ANSWERS: Answers = {}


@dataclass(frozen=True, slots=True)
class Line:
    """One answer."""

    label: str
    value: str
    kind: str
    """The question's type."""
    path: str
    is_missing: bool = False
    """Whether an answer was wanted and is not there: `value` is "" then."""
    is_withheld: bool = False
    """Whether it was answered, and is not this reader's to read: `value` is "" then."""


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a repeat."""

    heading: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """One group of the form with what was answered in it."""

    heading: str
    lines: tuple[Line, ...]
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """In what words a sheet is told."""

    language: str
    """The reader's: "fr", "en"."""
    names: Names = field(default_factory=dict)
    answers_in_labels: bool = True
    """Whether labels that name another answer of the sheet tell it, as they did on the phone; without, they are the
    same for every sheet of the form."""


@dataclass(slots=True)
class _Open:
    """A block being filled."""

    heading: str
    lines: list[Line] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


def legible(
    definition: Definition,
    root: Scope,
    wording: Wording,
    *,
    missing: frozenset[str] = frozenset(),
    withheld: frozenset[str] = frozenset(),
) -> list[Block]:
    """The answered questions of a sheet by group, in the form's order. What was not answered is left out.

    `missing` are the questions that are shown although they were not answered, `withheld` those whose answers
    are not this reader's to read.
    """
    language, names = wording.language, wording.names
    open_answers = {path: text for path, text in root.answers.items() if path not in withheld}
    answers = open_answers if wording.answers_in_labels else NO_ANSWERS
    blocks = [_Open(definition.title)]
    by_group = {"": blocks[0]}
    for question in definition.fields:
        parent = question.path.rpartition("/")[0]
        block = by_group.get(parent, blocks[0])
        if question.repeat and question.kind != "repeat":
            continue
        if question.kind == "group":
            block = by_group[question.path] = _Open(
                label_of(question.labels, language, definition, answers, names) or block.heading
            )
            blocks.append(block)
        elif question.kind == "repeat" and not question.repeat:
            table = _table(definition.without(withheld), question, root, language, names, answers)
            if table.rows:
                block.tables.append(table)
        elif question.path in root.answers and question.labels:
            label = label_of(question.labels, language, definition, answers, names)
            is_withheld = question.path in withheld
            text = "" if is_withheld else root.answers[question.path]
            value = in_words(definition, question, text, language, names, open_answers)
            block.lines.append(Line(label, value, question.kind, question.path, is_withheld=is_withheld))
        elif question.path in missing and question.labels:
            label = label_of(question.labels, language, definition, answers, names)
            block.lines.append(Line(label, "", question.kind, question.path, is_missing=True))
    return [
        Block(opened.heading, tuple(opened.lines), tuple(opened.tables))
        for opened in blocks
        if opened.lines or opened.tables
    ]


def unanswered(definition: Definition, instance: Instance, root: Scope) -> frozenset[str]:
    """The required questions outside repeats that were asked and have no answer.

    Form engines leave out what was not asked: an element that is there, and empty, stands for a question that was.
    """
    there = _paths(instance.root, definition.tree, "")
    return frozenset(
        answer.path
        for answer in definition.answers_in("")
        if answer.is_required and answer.path in there and answer.path not in root.answers
    )


def answers_around(root: Scope, path: Path) -> Answers:
    """The answers that a label at a path (`sync.reading.difference`) may name: the root's, and the rows' around it."""
    found, positions, here = dict(root.answers), [], ""
    for step in path:
        name, position = step if isinstance(step, tuple) else (step, None)
        here = f"{here}/{name}"
        if position is not None:
            positions.append(position + 1)
            row = next(
                (scope for scope in root if scope.repeat == here and scope.position == tuple(positions)), None
            )
            found |= row.answers if row else {}
    return found


def where_in_words(
    definition: Definition,
    path: Path,
    language: str,
    answers: Answers = NO_ANSWERS,
    names: Names = NO_ANSWERS,
) -> str:
    """The question at a path of `sync.reading.difference`, with the row of each repeat around it: "Membre 2 › Nom"."""
    steps, here = [], ""
    for step in path:
        name, position = step if isinstance(step, tuple) else (step, None)
        here = f"{here}/{name}"
        asked = definition.by_path.get(here)
        label = (label_of(asked.labels, language, definition, answers, names) if asked else "") or name
        if position is not None:
            steps.append(f"{label} {position + 1}")
        elif here.count("/") == len(path):
            steps.append(label)
    return " › ".join(steps)


def answer_in_words(
    definition: Definition,
    path: Path,
    text: str,
    language: str,
    names: Names,
    answers: Answers = NO_ANSWERS,
) -> str:
    """An answer at a path (`sync.reading.difference`), with its choices' labels; as it stands if nothing asks it."""
    asked = definition.by_path.get(path_of(path))
    return in_words(definition, asked, text, language, names, answers) if asked else text.strip()


def activity_in_words(definition: Definition, code: str, language: str) -> str:
    """What kind of event a sheet tells of, "" where its form does not ask."""
    asked = activity_field(definition)
    return in_words(definition, asked, code, language, {}) if asked is not None and code else ""


def label_of(
    labels: Labels,
    language: str,
    definition: Definition,
    answers: Answers = NO_ANSWERS,
    names: Names = NO_ANSWERS,
) -> str:
    """The label in a reader's language ("fr", "en"); in the form's first language where it has no other.

    What it names of other answers is told in words; "…" stands for an answer that is not there, and for a narrative:
    no label tells what its own reader may not know.
    """

    def answer(path: str) -> str:
        asked = None if path in definition.narratives else definition.by_path.get(path)
        text = answers.get(path, "")
        return in_words(definition, asked, text, language, names) if asked and text else ""

    return filled(_plain(_in_language(labels, language, definition)), answer)


def in_words(
    definition: Definition,
    asked: Field,
    text: str,
    language: str,
    names: Names,
    answers: Answers = NO_ANSWERS,
) -> str:
    """An answer with its choices' labels."""
    if asked.kind not in ("select1", "select", "rank"):
        return text.strip()
    labels = {choice.name: choice.labels for choice in definition.choice_lists.get(asked.choices, ())}
    return ", ".join(
        label_of(labels[word], language, definition, answers, names)
        if word in labels
        else names.get(word, word)
        for word in text.split()
    )


def _in_language(labels: Labels, language: str, definition: Definition) -> str:
    for name, text in labels.items():
        if f"({language})" in name or name == language:
            return text
    first = definition.languages[0] if definition.languages else ""
    return labels.get(first) or next(iter(labels.values()), "")


def _paths(element: etree._Element, branch: Branch, path: str) -> set[str]:
    """The questions that stand in an instance outside its repeats, answered or not."""
    found = set()
    for child in element:
        name = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
        below = branch.children.get(name)
        if below is None or below.asked is None or below.asked.kind == "repeat":
            continue
        found.add(f"{path}/{name}")
        if below.children:
            found |= _paths(child, below, f"{path}/{name}")
    return found


def _table(
    definition: Definition, repeat: Field, root: Scope, language: str, names: Names, answers: Answers
) -> Table:
    asked = [answer for answer in definition.answers_in(repeat.path) if answer.labels]
    scopes = [child for child in root.children if child.repeat == repeat.path]
    used = [question for question in asked if any(question.path in scope.answers for scope in scopes)]
    return Table(
        label_of(repeat.labels, language, definition, answers, names) or repeat.name,
        tuple(label_of(question.labels, language, definition, answers, names) for question in used),
        tuple(
            _row(definition, used, scope, language, names, {**answers, **scope.answers}) for scope in scopes
        ),
    )


def _row(
    definition: Definition,
    used: Sequence[Field],
    scope: Scope,
    language: str,
    names: Names,
    answers: Answers,
) -> tuple[str, ...]:
    return tuple(
        in_words(definition, question, scope.answers[question.path], language, names, answers)
        if question.path in scope.answers
        else ""
        for question in used
    )


def _plain(text: str) -> str:
    """A label without the marks that Collect would render."""
    return text.replace("**", "").strip()
