"""Which columns an export has, what they are called and where they come from. Pure.

Headers and order are ODK Central's, so that scripts written for it read ours.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from forms.definition.definition import Definition, Field
from forms.definition.layout import Column
from sync.instance.geo import PARTS

META = {"/meta/instanceID": "v.instance_id", "/meta/instanceName": "v.instance_name"}
"""Not in the flat tables: they belong to the version."""


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """How somebody wants an export."""

    group_paths: bool = True
    """"lieu-village"; without them the question's name alone."""
    split_select_multiples: bool = False
    deleted_fields: bool = False
    """Also what earlier versions asked and the current one does not."""
    attachments: bool = True
    """In a zip: the pictures and other files too."""
    withheld: frozenset[str] = frozenset()
    """Questions that are left out, because they are not this reader's to read."""


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """One value of a row, which becomes one column, or several (a geopoint, split choices)."""

    path: str
    header: str
    source: str
    """An SQL expression over `t` (the flat table), `s` and `v`."""
    kind: str = "plain"
    """"plain", "geopoint" or "choices"."""
    is_text: bool = True
    """Whether it may hold what a spreadsheet takes for a formula; a number does not."""
    choices: tuple[str, ...] = ()
    """Of a split question: those that occur, in the order of their columns."""

    @property
    def headers(self) -> list[str]:
        """The names of its columns."""
        if self.kind == "geopoint":
            return [f"{self.header}-{part}" for part in PARTS]
        return [self.header, *(f"{self.header}/{choice}" for choice in self.choices)]


def columns_of(
    definition: Definition, known: Sequence[Column], table: str, repeat: str, options: ExportOptions
) -> list[ExportColumn]:
    """The columns of one flat table, in the form's order; `known` are all that any version has had."""
    here: dict[str, list[Column]] = {}
    for column in known:
        if column.table == table and column.name and column.path not in options.withheld:
            here.setdefault(column.path, []).append(column)
    asked = (answer for answer in definition.answers_in(repeat) if answer.path not in options.withheld)
    found = [_column(field, here.get(field.path, []), options) for field in asked]
    if options.deleted_fields:
        gone = (path for path in here if path not in definition.by_path)
        found += [
            ExportColumn(path, header_of(path, repeat, options), _source(here[path], ""))
            for path in sorted(gone)
        ]
    return found


def header_of(path: str, repeat: str, options: ExportOptions) -> str:
    """The name of a question's column.

    >>> header_of("/lieu/village", "", ExportOptions()), header_of("/g/p/nom", "/g/p", ExportOptions())
    ('lieu-village', 'nom')
    """
    if not options.group_paths:
        return path.rpartition("/")[2]
    return path.removeprefix(repeat).strip("/").replace("/", "-")


def file_names(form_id: str, repeats: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The name of each table's file, "" being the sheet's own: `F-NAME.csv`, `F-NAME~1.csv` where names are shared.

    >>> list(file_names("club", ["", "/a/p", "/b/p"]))
    [('', 'club.csv'), ('/a/p', 'club-p.csv'), ('/b/p', 'club-p~1.csv')]
    """
    base = safe_name(form_id)
    seen: dict[str, int] = {}
    for repeat in repeats:
        if not repeat:
            yield repeat, f"{base}.csv"
            continue
        name = safe_name(repeat.rpartition("/")[2])
        count = seen.get(name, 0)
        seen[name] = count + 1
        yield repeat, f"{base}-{name}{f'~{count}' if count else ''}.csv"


def safe_name(name: str) -> str:
    """A name that stays where a zip is unpacked, on any system.

    >>> safe_name("../a:b/c")
    '.._a_b_c'
    """
    safe = "".join("_" if sign in '<>:"/\\|?*' or not sign.isprintable() else sign for sign in name)
    return safe.strip(" ") if safe.strip(". ") else f"_{safe.strip(' ')}"


def _column(field: Field, found: Sequence[Column], options: ExportOptions) -> ExportColumn:
    header = header_of(field.path, field.repeat, options)
    if field.path in META:
        return ExportColumn(field.path, header, META[field.path])
    source = _source(found, {"int": "INTEGER", "decimal": "REAL"}.get(field.kind, "TEXT"))
    if field.kind == "geopoint":
        return ExportColumn(field.path, header, source, "geopoint")
    if field.kind == "select" and options.split_select_multiples:
        return ExportColumn(field.path, header, source, "choices")
    is_number = all(column.storage in ("INTEGER", "REAL") for column in found)
    return ExportColumn(field.path, header, source, is_text=not is_number)


def _source(found: Sequence[Column], storage: str) -> str:
    """The question's column; where its type changed, what its other columns hold too."""
    if not found:
        return "NULL"
    ordered = sorted(found, key=lambda each: each.storage != storage)
    sources = [f't."{column.name}"' for column in ordered]
    return f"COALESCE({', '.join(sources)})" if len(sources) > 1 else sources[0]
