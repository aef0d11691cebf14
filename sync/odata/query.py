"""How a form looks as an OData feed: the names of its tables and properties, what was asked, where a page ends. Pure.

ODK Central's feed is the model (its URLs, `__id`, `__system`, navigation links), so that Excel, Power BI and ruODK
read ours.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from forms.base.refusal import Refusal
from forms.definition.definition import Definition, Field

ROOT = "Submissions"
SYSTEM = (
    "submissionDate", "updatedAt", "submitterId", "submitterName", "attachmentsPresent", "attachmentsExpected",
    "status", "reviewState", "deviceId", "edits", "formVersion", "deletedAt",
)  # fmt: skip
NO_LETTER = re.compile(r"\W", re.ASCII)


class TableUnknown(Refusal):
    """The feed has no such table (`table`)."""


class PropertyUnknown(Refusal):
    """The table has no such property (`property`)."""


class SkipTokenInvalid(Refusal):
    """The link to the next page is damaged, or its submission is not of this form."""


@dataclass(frozen=True, slots=True)
class TableQuery:
    """What somebody asks of a feed, after its `$filter`."""

    table: str = ROOT
    parent: str = ""
    """`__id` of the row around the rows that are wanted, "" for all rows of the repeat."""
    top: int | None = None
    """None for everything, in one stream."""
    skip: int = 0
    count: bool = False
    wkt: bool = False
    expand: bool = False
    select: tuple[str, ...] = ()
    skip_token: str = ""
    order: str = ""
    """An ORDER BY made by `sync.odata.filter`, "" for newest first."""
    withheld: frozenset[str] = frozenset()
    """Questions that are not this reader's to read: the feed is as if the form did not ask them."""


def safe(name: str) -> str:
    """A name as OData allows it.

    >>> safe("n° d'ordre"), safe("2024")
    ('n__d_ordre', '_2024')
    """
    word = NO_LETTER.sub("_", name)
    return f"_{word}" if word[:1].isdigit() else word


def table_name(repeat: str) -> str:
    """The name of a repeat's table, "" being the sheet's own.

    >>> table_name("/g/participant")
    'Submissions.g.participant'
    """
    return ".".join([ROOT, *(safe(part) for part in repeat.strip("/").split("/") if part)])


def tables(definition: Definition) -> dict[str, str]:
    """The path of each table's repeat, by the table's name."""
    return {ROOT: "", **{table_name(repeat.path): repeat.path for repeat in definition.repeats}}


def repeat_of(definition: Definition, table: str) -> str:
    """The repeat of a table, "" for the sheet's own. Raises TableUnknown."""
    found = tables(definition)
    if table not in found:
        raise TableUnknown(table=table)
    return found[table]


def key_column(definition: Definition, repeat: str) -> str:
    """The property by which a repeat's row names the row around it."""
    around = definition.by_path[repeat].repeat
    return f"__{table_name(around).replace('.', '-')}-id"


def children(definition: Definition, parent: str) -> Iterator[Field]:
    """The nodes directly below a group, a repeat or the root, as they stand in one row of a table."""
    for field in definition.fields:
        if field.path.rpartition("/")[0] == parent:
            yield field


def wanted(query: TableQuery, definition: Definition, repeat: str) -> frozenset[str] | None:
    """The properties that `$select` keeps, as "a/b" paths; None for all. Raises PropertyUnknown."""
    if not query.select:
        return None
    known = {"__id", "__system", *(f"__system/{column}" for column in SYSTEM)}
    if repeat:
        known.add(key_column(definition, repeat))
    for field in definition.fields:
        inside = field.path.removeprefix(repeat)
        if field.path.startswith(f"{repeat}/"):
            known.add("/".join(safe(name) for name in inside.strip("/").split("/")))
    for name in query.select:
        if name not in known:
            raise PropertyUnknown(property=name)
    return frozenset(query.select)


def is_kept(path: str, kept: frozenset[str] | None) -> bool:
    """Whether a property, or something around or inside it, is among those kept."""
    if kept is None:
        return True
    return any(
        path == branch or path.startswith(f"{branch}/") or branch.startswith(f"{path}/") for branch in kept
    )


def write_token(last: dict[str, Any]) -> str:
    """Where the next page begins, as it stands in a link."""
    text = json.dumps(last, separators=(",", ":"), ensure_ascii=False)
    return "01" + base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_token(token: str) -> dict[str, Any]:
    """Where a page begins. Raises SkipTokenInvalid."""
    try:
        content = token.removeprefix("01").rstrip("=")
        padded = content + "=" * (-len(content) % 4)
        last: dict[str, Any] = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        raise SkipTokenInvalid from None
    is_whole = isinstance(last, dict) and token.startswith("01")
    if not is_whole or not all(isinstance(value, str | int) for value in last.values()):
        raise SkipTokenInvalid
    return last


def service_document(definition: Definition, service_url: str) -> dict[str, Any]:
    """The list of the feed's tables."""
    return {
        "@odata.context": f"{service_url}/$metadata",
        "value": [{"name": name, "kind": "EntitySet", "url": name} for name in tables(definition)],
    }
