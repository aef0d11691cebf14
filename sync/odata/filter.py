"""Reads OData's `$filter` and `$orderby` as far as ODK Central offers them; gives conditions with parameters. Pure.

Field names come from one table and every literal becomes a parameter: nothing that was asked ever stands in the SQL
(`$filter=contains(…)` in a library once returned every row). Grammar, from loose to tight: or, and, not, comparison.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from forms.base.moment import written
from forms.base.refusal import Refusal

FIELDS = {
    "__system/submissionDate": "s.created_at",
    "__system/updatedAt": "s.updated_at",
    "__system/submitterId": "s.submitter_id",
    "__system/reviewState": "s.review_state",
    "__system/deletedAt": "s.deleted_at",
}
ROOT = "$root/Submissions/"
NUMBERS = ("s.submitter_id",)
MOMENTS = ("s.created_at", "s.updated_at", "s.deleted_at")
COMPARISONS = {"eq": "IS", "ne": "IS NOT", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
PARTS = {
    "year": (1, 4),
    "month": (6, 2),
    "day": (9, 2),
    "hour": (12, 2),
    "minute": (15, 2),
    "second": (18, 2),
}
"""Where a part of a moment stands in its text, and how long it is."""
LONGEST = 4_000
DEEPEST = 40
TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')"
    r"|(?P<moment>\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?)"
    r"|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<name>[$A-Za-z_][$\w/]*)"
    r"|(?P<sign>[(),]))",
    re.ASCII,
)


class FilterUnreadable(Refusal):
    """The filter is not written as OData is (`reason`; Central 400.18)."""


class FilterFieldUnknown(Refusal):
    """Rows cannot be filtered or put in order by this (`field`; Central 501.5)."""


class FilterFunctionUnknown(Refusal):
    """There is no such function in filters (`function`; Central 501.4)."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A condition over `submission AS s`."""

    where: str
    parameters: dict[str, str | int | None]
    with_deleted: bool
    """Whether it asks for deleted submissions, which are left out otherwise."""


@dataclass(frozen=True, slots=True)
class _Operand:
    """One side of a comparison."""

    sql: str
    kind: str
    """"moment", "number", "text" or "null"."""


@dataclass(slots=True)
class _Reader:
    """The tokens that are left, and what was found on the way."""

    tokens: list[tuple[str, str]]
    now: datetime
    at: int = 0
    depth: int = 0
    parameters: dict[str, str | int | None] = field(default_factory=dict)
    with_deleted: bool = False

    def peek(self) -> tuple[str, str]:
        """The next token."""
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def take(self) -> tuple[str, str]:
        """The next token, used up."""
        token = self.peek()
        self.at += 1
        return token

    def expect(self, sign: str) -> None:
        """Use up a sign. Raises FilterUnreadable where another stands."""
        _, text = self.take()
        if text != sign:
            raise FilterUnreadable(reason=f"{sign} expected, {text or 'end'} found")

    def bind(self, value: str | int | None) -> str:
        """A new parameter with this value; gives its name in SQL."""
        name = f"f{len(self.parameters)}"
        self.parameters[name] = value
        return f":{name}"


def parse_filter(text: str, *, now: datetime) -> Filter:
    """The condition of a `$filter`; `now` is the moment that its function of this name means, with a timezone.

    Raises FilterUnreadable, FilterFieldUnknown or FilterFunctionUnknown.
    """
    reader = _Reader(_tokens(text), now)
    where = _either(reader)
    if reader.peek()[0] != "end":
        raise FilterUnreadable(reason=f"{reader.peek()[1]}: end expected")
    return Filter(where, reader.parameters, reader.with_deleted)


def parse_order(text: str) -> str:
    """The ORDER BY of an `$orderby`: fields of the table above, each with asc or desc; the id last.

    Raises FilterUnreadable or FilterFieldUnknown.

    >>> parse_order("__system/submissionDate desc")
    's.created_at DESC, s.id DESC'
    """
    if len(text) > LONGEST:
        raise FilterUnreadable(reason=f"> {LONGEST}")
    terms = []
    direction = "ASC"
    for part in text.split(","):
        words = part.split()
        if not words or len(words) > 2 or (len(words) == 2 and words[1].lower() not in ("asc", "desc")):
            raise FilterUnreadable(reason=part.strip()[:100])
        direction = words[1].upper() if len(words) == 2 else "ASC"
        terms.append(f"{_column(words[0])} {direction}")
    return ", ".join([*terms, f"s.id {direction}"])


def _tokens(text: str) -> list[tuple[str, str]]:
    if len(text) > LONGEST:
        raise FilterUnreadable(reason=f"> {LONGEST}")
    tokens = []
    at = 0
    stripped = text.rstrip()
    while at < len(stripped):
        found = TOKEN.match(stripped, at)
        if found is None or found.lastgroup is None:
            raise FilterUnreadable(reason=stripped[at : at + 30])
        tokens.append((found.lastgroup, found[found.lastgroup]))
        at = found.end()
    return tokens


def _chain(reader: _Reader, word: str, part: Callable[[_Reader], str]) -> str:
    parts = [part(reader)]
    while reader.peek() == ("name", word):
        reader.take()
        parts.append(part(reader))
    return parts[0] if len(parts) == 1 else "(" + f" {word.upper()} ".join(parts) + ")"


def _either(reader: _Reader) -> str:
    return _chain(reader, "or", _both)


def _both(reader: _Reader) -> str:
    return _chain(reader, "and", _maybe_not)


def _maybe_not(reader: _Reader) -> str:
    reader.depth += 1
    if reader.depth > DEEPEST:
        raise FilterUnreadable(reason=f"> {DEEPEST} ( (")
    try:
        if reader.peek() == ("name", "not"):
            reader.take()
            return f"NOT ({_maybe_not(reader)})"
        if reader.peek() == ("sign", "("):
            reader.take()
            inside = _either(reader)
            reader.expect(")")
            return f"({inside})"
        return _comparison(reader)
    finally:
        reader.depth -= 1


def _comparison(reader: _Reader) -> str:
    left = _operand(reader)
    kind, word = reader.take()
    if kind != "name" or word not in COMPARISONS:
        raise FilterUnreadable(reason=f"{word or 'end'}: {' '.join(COMPARISONS)}")
    right = _operand(reader)
    kinds = {left.kind, right.kind} - {"null"}
    if len(kinds) > 1:
        raise FilterUnreadable(reason=" ≠ ".join(sorted(kinds)))
    sql = f"{left.sql} {COMPARISONS[word]} {right.sql}"
    return sql if word in ("eq", "ne") else f"COALESCE({sql}, 0)"  # compared with nothing: no, and not maybe


def _operand(reader: _Reader) -> _Operand:
    kind, text = reader.take()
    if kind == "text":
        return _Operand(reader.bind(text[1:-1].replace("''", "'")), "text")
    if kind == "moment":
        return _Operand(reader.bind(_moment(text)), "moment")
    if kind == "number":
        number = float(text)
        whole = int(number) if number.is_integer() and abs(number) < 2**62 else -1
        return _Operand(reader.bind(whole), "number")
    if kind != "name":
        raise FilterUnreadable(reason=text or "end")
    if text == "null":
        return _Operand("NULL", "null")
    if reader.peek() == ("sign", "("):
        return _function(reader, text)
    column = _column(text)
    reader.with_deleted |= column == "s.deleted_at"
    return _Operand(column, "number" if column in NUMBERS else "moment" if column in MOMENTS else "text")


def _function(reader: _Reader, name: str) -> _Operand:
    reader.expect("(")
    if name == "now":
        reader.expect(")")
        return _Operand(reader.bind(written(reader.now)), "moment")
    if name not in PARTS:
        raise FilterFunctionUnknown(function=name)
    inside = _operand(reader)
    reader.expect(")")
    if inside.kind not in ("moment", "null"):
        raise FilterUnreadable(reason=f"{name}({inside.kind})")
    start, length = PARTS[name]
    return _Operand(f"CAST(substr({inside.sql}, {start}, {length}) AS INTEGER)", "number")


def _column(name: str) -> str:
    column = FIELDS.get(name.removeprefix(ROOT))
    if column is None:
        raise FilterFieldUnknown(field=name[:100])
    return column


def _moment(text: str) -> str:
    """As moments are kept: UTC with milliseconds; one without a timezone is UTC."""
    try:
        moment = datetime.fromisoformat(text)
        return written(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        raise FilterUnreadable(reason=text) from None
