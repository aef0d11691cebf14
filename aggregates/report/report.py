"""Answers a query with one table: rows in the order that people read, subtotals, and what was left out.

Called by the API, the pages, the files and the command line: none of them adds anything up itself.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from aggregates.report.order import Names, order_of
from aggregates.report.table import TallyRow, TallyTable
from aggregates.tallies import tally_queries
from aggregates.tallies.query import AGE_UNDETAILED, AGE_UNKNOWN, PEOPLE, PLACES, TallyQuery, one_of
from aggregates.tallies.tally_queries import SheetShare, Sum, Wanted
from forms.base.sqlite import Database
from forms.definition.age_band import AgeBand, is_outside, parse_band, place
from forms.definition.age_scheme import AgeScheme
from forms.definition.measure import ALL
from sync.counting.cell import Cell
from sync.counting.head_count import LEFT_OUT

Schemes = Mapping[str, AgeScheme]
NO_NAMES: Names = MappingProxyType({})


def tally_table(db: Database, query: TallyQuery, schemes: Schemes, *, names: Names = NO_NAMES) -> TallyTable:
    """The rows of a query. The first scheme is the programme's own, meant where the query names none.

    Places and projects are read by their names; `names` says what other codes are called, in the reader's words.

    Raises QueryInvalid for a scheme that is not there.
    """
    scheme = _scheme(query, schemes)
    placed = _placed(db, query, schemes[scheme])
    wanted = [cell for cell in placed if cell.age_band != LEFT_OUT and _asked_for(cell, query)]
    found = tally_queries.sum_tallies(db, query, wanted=[_as_grouped(cell, query) for cell in wanted])
    outside = [cell for cell in placed if cell.age_band == LEFT_OUT and _asked_for(cell, query)]
    left_out = tally_queries.sum_tallies(db, replace(query, by=()), wanted=outside)
    names = {**names, **_names(db, query.by, found)}
    within = ALL[query.measure].adds_within(query.counted_unit)
    moments = _moments(db, query, wanted, within) if within else {}
    order = order_of(query.by, names, schemes[scheme])
    found.sort(key=lambda each: order(each.keys))
    rows, subtotals = _lay_out(query, found, names, tally_queries.sum_sheets(db, query), moments)
    grand = subtotals[-1]
    return TallyTable(
        by=query.by,
        rows=rows,
        subtotals=subtotals,
        provisional_total=grand.provisional,
        verified_total=grand.verified,
        measure=query.measure,
        unit=query.counted_unit,
        reach=query.reach,
        subset=query.subset,
        status=query.status,
        scheme=scheme,
        bands=schemes[scheme],
        left_out=sum(_value(total.provisional, total.verified, query) for total in left_out),
        adds_within=within,
    )


def is_longer_than(db: Database, query: TallyQuery, schemes: Schemes, most: int) -> bool:
    """Whether a table could have more numbers than `most`, told before it is made. Raises QueryInvalid.

    By its dimensions one by one first, which takes no time, and only where that leaves it open by all together.
    """
    placed = _placed(db, query, schemes[_scheme(query, schemes)])
    people = len({(each.sex, each.age_band) for wanted in placed if (each := _as_grouped(wanted, query))})
    told = [name for name in query.by if name not in PEOPLE]
    alone = people
    for dimension in told:
        alone *= tally_queries.count_groups(db, replace(query, by=(dimension,)), most=most + 1)
    return alone > most and people * tally_queries.count_groups(db, query, most=most + 1) > most


def tally_sums(db: Database, query: TallyQuery, schemes: Schemes) -> list[Sum]:
    """The numbers of a query alone, in no order: without sheets, names and subtotals it is half the work.

    For drawings and headline figures. Raises QueryInvalid.
    """
    wanted = [_as_grouped(cell, query) for cell in _wanted(db, query, schemes)]
    return tally_queries.sum_tallies(db, query, wanted=wanted)


def contributions(
    db: Database, query: TallyQuery, schemes: Schemes, *, before: int | None = None, limit: int = 50
) -> list[SheetShare]:
    """The sheets that make a number, newest first, each with its part of it; together they are the number.

    `before` is the id of the last one seen. For one row of a table, ask with the row's keys as filters. A sheet
    that says nought is not among them. Raises QueryInvalid.
    """
    wanted = _wanted(db, query, schemes)
    return tally_queries.contributions_of(db, query, wanted=wanted, before=before, limit=limit)


def contributors(db: Database, query: TallyQuery, schemes: Schemes, *, most: int = 10_000) -> int:
    """How many sheets make a number, as `contributions` lists them, counted up to `most`. Raises QueryInvalid."""
    return tally_queries.count_contributions(db, query, wanted=_wanted(db, query, schemes), most=most)


def band_key(age: str, scheme: Sequence[AgeBand]) -> str:
    """The row of a scheme in which a cell's age falls: a band, undetailed, unknown, or left out.

    Nothing is spread by a ratio: a band that reaches over a bound of the scheme is a row of its own.
    """
    if not age:
        return AGE_UNKNOWN
    band = parse_band(age)
    found = place(band, scheme)
    if found is not None:
        return str(found)
    return LEFT_OUT if is_outside(band, scheme) else AGE_UNDETAILED


def _scheme(query: TallyQuery, schemes: Schemes) -> str:
    name = query.scheme or next(iter(schemes))
    one_of("scheme", name, tuple(schemes))
    return name


def _placed(db: Database, query: TallyQuery, scheme: Sequence[AgeBand]) -> list[Wanted]:
    cells: list[tuple[int, Cell]] = tally_queries.cells_of(db, query)
    return [Wanted(key, cell.sex, band_key(cell.age_band, scheme)) for key, cell in cells]


def _wanted(db: Database, query: TallyQuery, schemes: Schemes) -> list[Wanted]:
    """The cells that a number is made of: those of the query, without what no band of its scheme holds."""
    placed = _placed(db, query, schemes[_scheme(query, schemes)])
    return [cell for cell in placed if cell.age_band != LEFT_OUT and _asked_for(cell, query)]


def _asked_for(wanted: Wanted, query: TallyQuery) -> bool:
    sexes, bands = query.filters.get("sex"), query.filters.get("age_band")
    if sexes is not None and wanted.sex not in sexes:
        return False
    return bands is None or wanted.age_band in bands


def _as_grouped(wanted: Wanted, query: TallyQuery) -> Wanted:
    return Wanted(
        wanted.cell_id,
        wanted.sex if "sex" in query.by else "",
        wanted.age_band if "age_band" in query.by else "",
    )


def _moments(
    db: Database, query: TallyQuery, wanted: Sequence[Wanted], within: str
) -> dict[tuple[str, ...], frozenset[str]]:
    """By the keys of a row: the years (or months) whose numbers are in it; a nought is of none."""
    by = query.by if within in query.by else (*query.by, within)
    place = by.index(within)
    found: dict[tuple[str, ...], frozenset[str]] = {}
    grouped = [_as_grouped(cell, query) for cell in wanted]
    for total in tally_queries.sum_tallies(db, replace(query, by=by), wanted=grouped):
        if total.provisional:
            keys = total.keys[: len(query.by)]
            found[keys] = found.get(keys, frozenset()) | {total.keys[place]}
    return found


def _names(db: Database, by: Sequence[str], found: Sequence[Sum]) -> Names:
    names: dict[tuple[str, str], str] = {}
    for number, dimension in enumerate(by):
        keys = {total.keys[number] for total in found}
        if dimension in PLACES:
            named = tally_queries.names_of_places(db, sorted(keys))
        elif dimension == "project":
            named = tally_queries.names_of_projects(db)
        else:
            continue
        names |= {(dimension, key): named[key] for key in keys if key in named}
    return names


def _lay_out(
    query: TallyQuery,
    found: Sequence[Sum],
    names: Names,
    sheets: Mapping[tuple[str, ...], tuple[int, int]],
    moments: Mapping[tuple[str, ...], frozenset[str]],
) -> tuple[list[TallyRow], list[TallyRow]]:
    """The rows as found, and their subtotals."""
    told = [number for number, name in enumerate(query.by) if name not in PEOPLE]
    added: dict[tuple[str, ...], list[int]] = defaultdict(lambda: [0, 0])
    groups: dict[tuple[str, ...], set[tuple[str, ...]]] = defaultdict(set)
    for total in found:
        group = tuple([total.keys[number] for number in told])
        for length in range(len(query.by) + 1):
            prefix = total.keys[:length]
            sums_so_far = added[prefix]
            sums_so_far[0] += total.provisional
            sums_so_far[1] += total.verified
            groups[prefix].add(group)

    spanned: dict[tuple[str, ...], frozenset[str]] = {}
    for told_keys, own in moments.items():
        for length in range(len(query.by) + 1):
            spanned[told_keys[:length]] = spanned.get(told_keys[:length], frozenset()) | own

    def row(keys: tuple[str, ...]) -> TallyRow:
        provisional, verified = added[keys]
        stating = [sheets.get(group, (0, 0)) for group in groups[keys]]
        is_of_people = any(name in PEOPLE for name in query.by[: len(keys)])
        return TallyRow(
            keys=keys,
            names=tuple(
                [names.get((dimension, key), key) for dimension, key in zip(query.by, keys, strict=False)]
            ),
            provisional=provisional,
            verified=verified,
            sheets=None if is_of_people else sum(counts[0] for counts in stating),
            verified_sheets=None if is_of_people else sum(counts[1] for counts in stating),
            value=_value(provisional, verified, query),
            moments=spanned.get(keys, frozenset()),
        )

    prefixes = dict.fromkeys(
        total.keys[:length] for length in range(len(query.by) - 1, -1, -1) for total in found
    )
    return [row(total.keys) for total in found], [row(prefix) for prefix in (prefixes or {(): None})]


def _value(provisional: int, verified: int, query: TallyQuery) -> int:
    return verified if query.status == "verified" else provisional
