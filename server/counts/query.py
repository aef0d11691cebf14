"""What the address of the counts asks for, as a value, and the addresses of its neighbours."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from aggregates.report.pivot import Keys, Sorting
from aggregates.tallies.query import DIMENSIONS, PEOPLE, STATUSES, QueryInvalid, TallyQuery, one_of
from forms.definition.tally_tag import MEASURES, UNITS
from forms.places.cso_code import CsoCode
from forms.places.place_map import THEN
from server.base.whole_number import whole_number

FIRST_ROWS, FIRST_COLUMNS = ("region",), ("sex", "age_band")
"""The first view: regions down, men, women, boys and girls across (domain page § 2.1)."""
BOTH = "both"
NOT_TOLD = "-"
"""In addresses, what a sheet does not tell: there an empty value is a filter that was not set."""
DEEPEST = 3
MOST_VALUES = 50
LARGEST_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class CountQuery:
    """One view of the counts."""

    rows: Keys = FIRST_ROWS
    columns: Keys = FIRST_COLUMNS
    filters: Mapping[str, Keys] = field(default_factory=dict, hash=False)
    measure: str = "participants"
    unit: str = ""
    reach: str = "direct"
    subset: str = ""
    scheme: str = ""
    status: str = BOTH
    """"both", "provisional" or "verified"."""
    first_month: str = ""
    last_month: str = ""
    sort: str = ""
    """"" by name, "total", or the keys of a column apart by commas."""
    order: str = ""
    """"asc", "desc", or "" for what is usual: names rising, numbers falling."""
    page: int = 1
    lang: str = ""
    map: str = THEN
    """Whether places stand where they stood then, or where they are now."""

    @property
    def is_of_people(self) -> bool:
        """Whether people are counted, who have a sex and an age."""
        return MEASURES[self.measure] == "people"

    @property
    def sorting(self) -> Sorting:
        """The order of lines."""
        falling = self.order == "desc" or (not self.order and bool(self.sort))
        column = None if not self.sort else () if self.sort == "total" else tuple(_parts(self.sort))
        return Sorting(column, is_falling=falling, status=self.counted)

    @property
    def counted(self) -> str:
        """The status that sorts and draws: where both are shown, provisional."""
        return "verified" if self.status == "verified" else "provisional"

    @property
    def filters_in_words(self) -> Mapping[str, Keys]:
        """Those that the reader chose: the project stands in the path."""
        return {name: keys for name, keys in self.filters.items() if name != "project"}

    def tally(self, by: Keys, **changes: Any) -> TallyQuery:
        """The query of a table laid out by these dimensions. Raises QueryInvalid."""
        query = TallyQuery(
            by=by,
            filters=self.filters,
            measure=self.measure,
            unit=self.unit,
            reach=self.reach,
            subset=self.subset,
            status=self.counted,
            scheme=self.scheme,
            first_month=self.first_month,
            last_month=self.last_month,
            map=self.map,
        )
        return replace(query, **changes) if changes else query

    def with_filters(self, **filters: Keys | None) -> "CountQuery":
        """The same view with other filters; None takes one away."""
        kept = {**self.filters, **filters}
        return replace(self, filters={name: keys for name, keys in kept.items() if keys is not None})

    def parameters(self) -> list[tuple[str, str]]:
        """The view as parameters of an address, what is usual left out."""
        found: list[tuple[str, str]] = []
        for name, dimensions, usual in (
            ("rows", self.rows, FIRST_ROWS),
            ("columns", self.columns, FIRST_COLUMNS),
        ):
            if dimensions != usual:
                found.append((name, ",".join(dimensions)))
        found += _kind(self)
        found += [("sort", self.sort), ("order", self.order), ("page", str(self.page))]
        found = [(name, value) for name, value in found if name in ("rows", "columns") or value not in USUAL]
        return [*found, *_pairs(self.filters_in_words)]

    def address(self, **changes: Any) -> str:
        """The query string of this view, or of one beside it."""
        changes = changes if "page" in changes else {**changes, "page": 1}
        return "?" + urlencode(replace(self, **changes).parameters(), safe=",")


def filter_keys(dimension: str, keys: Sequence[str]) -> Keys:
    """What a filter names, as the counts keep it: codes of organisations are written in any case.

    >>> filter_keys("cso", ["TAGNE", ""]), filter_keys("form", ["Seance"])
    (('tagne', ''), ('Seance',))
    """
    return tuple(CsoCode(key) for key in keys) if dimension == "cso" else tuple(keys)


USUAL = ("", "1", "participants", "direct", BOTH, THEN)


def read_count_query(args: "MultiDict[str, str]") -> CountQuery:
    """The view that an address asks for. Raises QueryInvalid for what cannot be asked.

    A unit that the measure does not have is the measure's own one: people change the measure in a form in
    which the unit stands already.
    """
    measure = args.get("measure") or "participants"
    one_of("measure", measure, tuple(MEASURES))
    is_people = MEASURES[measure] == "people"
    unit = args.get("unit", "")
    rows = _dimensions(args, "rows", FIRST_ROWS, is_people=is_people)
    columns = _dimensions(args, "columns", FIRST_COLUMNS, is_people=is_people)
    status = args.get("status") or BOTH
    one_of("status", status, (BOTH, *STATUSES))
    asked = CountQuery(
        rows=rows,
        columns=tuple(column for column in columns if column not in rows),
        filters={
            name: keys
            for name in DIMENSIONS
            if name != "project" and (name not in PEOPLE or is_people)
            if (
                keys := filter_keys(
                    name, [_told(key) for key in args.getlist(name)[:MOST_VALUES] if key.strip()]
                )
            )
        },
        measure=measure,
        unit=unit if is_people and unit in UNITS[1:] else "",
        reach=args.get("reach") or "direct",
        subset=args.get("subset", ""),
        scheme=args.get("scheme", ""),
        status=status,
        first_month=args.get("from", ""),
        last_month=args.get("to", ""),
        sort=args.get("sort", "")[:200],
        order=args.get("order", "") if args.get("order") in ("asc", "desc") else "",
        page=min(whole_number(args.get("page", "")) or 1, LARGEST_PAGE),
        lang=args.get("lang", "") if args.get("lang") in ("fr", "en") else "",
        map=args.get("map") or THEN,
    )
    asked.tally((*asked.rows, *asked.columns))
    return asked


def sheets_addresses(asked: CountQuery, base: str) -> Callable[[Keys, Keys, str], str]:
    """A function that gives the address of the sheets behind a number of this view.

    It takes the keys of the line, those of the column (none for a total) and the status. A key stands in place of
    the filter on its dimension, which let it through.
    """
    kind = urlencode([pair for pair in _kind(asked) if pair[1] not in USUAL and pair[0] != "status"])
    encoded: dict[tuple[Keys, Keys], str] = {}
    rest: dict[tuple[int, int], str] = {}

    def part(dimensions: Keys, keys: Keys) -> str:
        if (dimensions, keys) not in encoded:
            told = dict(zip(dimensions, ((key,) for key in keys), strict=False))
            encoded[dimensions, keys] = urlencode(_pairs(told))
        return encoded[dimensions, keys]

    def address(line: Keys, column: Keys, status: str) -> str:
        depth = len(line), len(column)
        if depth not in rest:
            told = {*asked.rows[: depth[0]], *asked.columns[: depth[1]]}
            left = {name: keys for name, keys in asked.filters_in_words.items() if name not in told}
            rest[depth] = urlencode(_pairs(left))
        parts = (
            f"status={status}",
            kind,
            part(asked.rows, line),
            part(asked.columns, column),
            rest[depth],
        )
        return f"{base}?{'&'.join(filter(None, parts))}"

    return address


def _kind(asked: CountQuery) -> list[tuple[str, str]]:
    """Everything of a number but its layout and filters."""
    return [
        ("measure", asked.measure),
        ("unit", asked.unit),
        ("reach", asked.reach),
        ("subset", asked.subset),
        ("scheme", asked.scheme),
        ("status", asked.status),
        ("from", asked.first_month),
        ("to", asked.last_month),
        ("map", asked.map),
        ("lang", asked.lang),
    ]


def _pairs(filters: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    return [(name, key or NOT_TOLD) for name, keys in filters.items() for key in keys]


def _told(value: str) -> str:
    return "" if value.strip() == NOT_TOLD else value.strip()


def _parts(text: str) -> list[str]:
    return [_told(part) for part in text.split(",") if part.strip()]


def _dimensions(args: "MultiDict[str, str]", name: str, usual: Keys, *, is_people: bool) -> Keys:
    found = tuple(dict.fromkeys(_parts(",".join(args.getlist(name))))) if name in args else usual
    for dimension in found:
        one_of(name, dimension, DIMENSIONS)
    if len(found) > DEEPEST:
        raise QueryInvalid(parameter=name, value=",".join(found), allowed=(f"1–{DEEPEST}",))
    return tuple(dimension for dimension in found if is_people or dimension not in PEOPLE)
