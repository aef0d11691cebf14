"""A sheet as people read it: the form's own groups and labels, answers in words, repeats as tables. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from forms.definition import Definition, Field, Labels
from sync.instance import Scope
from sync.summary import activity_field

Names = Mapping[str, str]
"""What codes are called that no choice list of the form tells (places, from a file)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One answer."""

    label: str
    value: str
    kind: str
    """The question's type."""
    path: str


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


@dataclass(slots=True)
class _Open:
    """A block being filled."""

    heading: str
    lines: list[Line] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


def legible(definition: Definition, root: Scope, language: str, names: Names) -> list[Block]:
    """The answered questions of a sheet by group, in the form's order. What was not answered is left out."""
    blocks = [_Open(definition.title)]
    by_group = {"": blocks[0]}
    for each in definition.fields:
        parent = each.path.rpartition("/")[0]
        block = by_group.get(parent, blocks[0])
        if each.repeat and each.kind != "repeat":
            continue
        if each.kind == "group":
            block = by_group[each.path] = _Open(label_of(each.labels, language, definition) or block.heading)
            blocks.append(block)
        elif each.kind == "repeat" and not each.repeat:
            table = _table(definition, each, root, language, names)
            if table.rows:
                block.tables.append(table)
        elif each.path in root.answers and each.labels:
            label = label_of(each.labels, language, definition)
            value = in_words(definition, each, root.answers[each.path], language, names)
            block.lines.append(Line(label, value, each.kind, each.path))
    return [
        Block(each.heading, tuple(each.lines), tuple(each.tables))
        for each in blocks
        if each.lines or each.tables
    ]


def activity_in_words(definition: Definition, code: str, language: str) -> str:
    """What kind of event a sheet tells of, "" where its form does not ask."""
    asked = activity_field(definition)
    return in_words(definition, asked, code, language, {}) if asked is not None and code else ""


def label_of(labels: Labels, language: str, definition: Definition) -> str:
    """The label in a reader's language ("fr", "en"); in the form's first language where it has no other."""
    for name, text in labels.items():
        if f"({language})" in name or name == language:
            return _plain(text)
    first = definition.languages[0] if definition.languages else ""
    return _plain(labels.get(first) or next(iter(labels.values()), ""))


def in_words(definition: Definition, asked: Field, text: str, language: str, names: Names) -> str:
    """An answer with its choices' labels."""
    if asked.kind not in ("select1", "select", "rank"):
        return text.strip()
    labels = {choice.name: choice.labels for choice in definition.choice_lists.get(asked.choices, ())}
    return ", ".join(
        label_of(labels[word], language, definition) if word in labels else names.get(word, word)
        for word in text.split()
    )


def _table(definition: Definition, repeat: Field, root: Scope, language: str, names: Names) -> Table:
    asked = [each for each in definition.answers_in(repeat.path) if each.labels]
    scopes = [each for each in root.children if each.repeat == repeat.path]
    used = [each for each in asked if any(each.path in scope.answers for scope in scopes)]
    return Table(
        label_of(repeat.labels, language, definition) or repeat.name,
        tuple(label_of(each.labels, language, definition) for each in used),
        tuple(_row(definition, used, scope, language, names) for scope in scopes),
    )


def _row(
    definition: Definition, used: Sequence[Field], scope: Scope, language: str, names: Names
) -> tuple[str, ...]:
    return tuple(
        in_words(definition, each, scope.answers[each.path], language, names)
        if each.path in scope.answers
        else ""
        for each in used
    )


def _plain(text: str) -> str:
    """A label without the marks that Collect would render."""
    return text.replace("**", "").strip()
