"""Plans one row of an OData table as SQL that writes JSON: literal text, values, and slots for repeats inside. Pure.

SQLite allows an expression a depth of 1,000 and a statement 2,000 columns: a wide row is written as several
columns, each a chain of texts, and joined in Python.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from forms.definition.definition import Definition, Field
from forms.definition.layout import Column
from sync.instance.geo import KINDS
from sync.instance.row_key import key, names_of_repeats, parent_key, quoted
from sync.odata.query import SYSTEM, children, is_kept, key_column, safe

TERMS_A_COLUMN = 120
META = {"/meta/instanceID": "v.instance_id", "/meta/instanceName": "NULLIF(v.instance_name, '')"}


@dataclass(slots=True)
class RowPlan:
    """How one row is written."""

    columns: list[str] = field(default_factory=list)
    """SQL expressions, each giving a text; a row is the texts one after the other."""
    slots: dict[int, str] = field(default_factory=dict)
    """The repeat whose rows go before the column of this number (or after the last one)."""
    tables: dict[str, str] = field(default_factory=dict)
    """The flat table of each repeat."""
    inner: dict[str, "RowPlan"] = field(default_factory=dict)
    """The plans of the repeats inside, outer before inner; filled where they are wanted."""

    def fill(
        self,
        texts: Sequence[str],
        inside: Mapping[tuple[str, int, str], list[str]],
        row: tuple[int, str],
    ) -> str:
        """One row's JSON from its columns and from the rows inside; `row` is its submission and position."""
        if not self.slots:
            return "".join(texts)
        pieces: list[str] = []
        for number, text in enumerate(texts):
            if number in self.slots:
                pieces.append(",".join(inside.get((self.slots[number], *row), ())))
            pieces.append(text)
        return "".join(pieces)


@dataclass(slots=True)
class _Writer:
    """Collects the terms of a row: literals run together, long chains are cut into columns."""

    plan: RowPlan
    terms: list[str] = field(default_factory=list)
    literal: str = ""

    def say(self, text: str) -> None:
        """Literal JSON."""
        self.literal += text

    def value(self, source: str) -> None:
        """A value as JSON."""
        self.term(f"json_quote({source})")

    def term(self, expression: str) -> None:
        """An expression that gives JSON text."""
        if self.literal:
            self.terms.append(quoted(self.literal))
            self.literal = ""
        self.terms.append(expression)
        if len(self.terms) >= TERMS_A_COLUMN:
            self.cut()

    def slot(self, repeat: str) -> None:
        """A place for the rows of a repeat."""
        self.cut()
        self.plan.slots[len(self.plan.columns)] = repeat

    def cut(self) -> None:
        """End a column."""
        if self.literal:
            self.terms.append(quoted(self.literal))
            self.literal = ""
        if self.terms:
            self.plan.columns.append(" || ".join(self.terms))
            self.terms = []


@dataclass(frozen=True, slots=True)
class RowSource:
    """Where the rows of a form's tables come from."""

    definition: Definition
    columns: Mapping[str, Column]
    """The flat columns, by path."""
    tables: Mapping[str, str]
    """The flat tables, by repeat."""
    system: Mapping[str, str]
    """The SQL expressions of what stands under `__system`."""


def plan_row(
    source: RowSource,
    repeat: str,
    *,
    kept: frozenset[str] | None = None,
    wkt: bool = False,
    expand: bool = False,
) -> RowPlan:
    """The plan of the rows of a repeat's table, "" for the sheet's own; `kept` are the properties wanted, None for all.

    With `wkt` positions are written as WKT, else as GeoJSON; with `expand` the rows of repeats stand inside.
    """
    plan = RowPlan(tables=dict(source.tables))
    writer = _Writer(plan)
    row = _Row(source.definition, source.columns, repeat, source.system, kept, wkt, expand, writer)
    row.write()
    writer.cut()
    if expand:
        for inner in source.definition.repeats:
            if inner.path != repeat and inner.path.startswith(f"{repeat}/"):
                plan.inner[inner.path] = plan_row(source, inner.path, wkt=wkt, expand=True)
                # all depths are planned here, in one flat table of plans: a second one inside would be written twice
                plan.inner[inner.path].inner = {}
    return plan


@dataclass(slots=True)
class _Row:
    """One row being planned."""

    definition: Definition
    columns: Mapping[str, Column]
    repeat: str
    system: Mapping[str, str]
    kept: frozenset[str] | None
    wkt: bool
    expand: bool
    writer: _Writer

    def write(self) -> None:
        """The whole object."""
        say = self.writer.say
        say("{")
        self._identity()
        self._members(self.repeat, "", is_first=False)
        say("}")

    def _identity(self) -> None:
        writer = self.writer
        if self.repeat:
            names = names_of_repeats(self.definition, self.repeat)
            writer.say('"__id":')
            writer.value(f"sha1({key(names)})")
            around = parent_key(names)
            writer.say(f',"{key_column(self.definition, self.repeat)}":')
            writer.value(f"sha1({around})" if len(names) > 1 else around)
            return
        writer.say('"__id":')
        writer.value("s.instance_id")
        if is_kept("__system", self.kept):
            writer.say(',"__system":{')
            comma = ""
            for name in SYSTEM:
                if is_kept(f"__system/{name}", self.kept):
                    writer.say(f'{comma}"{name}":')
                    writer.value(self.system[name])
                    comma = ","
            writer.say("}")

    def _members(self, parent: str, around: str, *, is_first: bool) -> None:
        """The properties of an object: `around` is its own path of names inside the row."""
        for child in children(self.definition, parent):
            path = f"{around}/{safe(child.name)}".strip("/")
            if not is_kept(path, self.kept):
                continue
            self.writer.say("" if is_first else ",")
            is_first = False
            self._member(child, path)

    def _member(self, question: Field, path: str) -> None:
        writer, name = self.writer, safe(question.name)
        if question.kind == "repeat":
            self._repeat(question, path)
        elif question.kind == "group":
            writer.say(f'"{name}":{{')
            self._members(question.path, path, is_first=True)
            writer.say("}")
        else:
            writer.say(f'"{name}":')
            self._answer(question)

    def _repeat(self, question: Field, path: str) -> None:
        writer, name = self.writer, safe(question.name)
        if self.expand:
            writer.say(f'"{name}":[')
            writer.slot(question.path)
            writer.say("]")
            return
        if self.repeat:  # the link of a row within a row names the row
            names = names_of_repeats(self.definition, self.repeat)
            table = "/".join(safe(part) for part in self.repeat.strip("/").split("/"))
            writer.say(f'"{name}@odata.navigationLink":"Submissions(\'')
            writer.term("percent(s.instance_id)")
            writer.say(f"')/{table}('")
            writer.term(f"sha1({key(names)})")
            writer.say(f"')/{path}\"")
            return
        writer.say(f'"{name}@odata.navigationLink":"Submissions(\'')
        writer.term("percent(s.instance_id)")
        writer.say(f"')/{path}\"")

    def _answer(self, question: Field) -> None:
        if question.path in META:
            self.writer.value(META[question.path] if not self.repeat else "NULL")
            return
        column = self.columns.get(question.path)
        source = f't."{column.name}"' if column else "NULL"
        if question.kind in KINDS and column:
            self.writer.term(f"COALESCE(geo({source}, '{question.kind}', {int(self.wkt)}), 'null')")
        else:
            self.writer.value(source)
