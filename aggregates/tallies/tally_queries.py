"""Keeps the ways to read tallies: sums by what a query asks for, and the sheets behind a number.

The SQL groups by what is asked and nothing more, and is portable (libraries page, "Roll-ups").
"""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from aggregates.tallies.materialized_views import MaterializedView, view_of
from aggregates.tallies.query import PEOPLE, PLACES, TallyQuery
from forms.base.sqlite import Database
from forms.definition.dimension import DIMENSIONS
from forms.places.cso_code import CsoCode
from forms.places.place_map import THEN
from forms.places.place_maps import has_months
from forms.places.places import find_places
from sync.counting.cell import Cell

YEAR = "CASE WHEN g.month = '' THEN '' ELSE substr(g.month, 1, 4) END"
QUARTER = """CASE
    WHEN g.month = '' THEN ''
    WHEN substr(g.month, 6, 2) IN ('01', '02', '03') THEN substr(g.month, 1, 4) || '-Q1'
    WHEN substr(g.month, 6, 2) IN ('04', '05', '06') THEN substr(g.month, 1, 4) || '-Q2'
    WHEN substr(g.month, 6, 2) IN ('07', '08', '09') THEN substr(g.month, 1, 4) || '-Q3'
    ELSE substr(g.month, 1, 4) || '-Q4' END"""

EXPRESSIONS = {dimension.name: f"g.{dimension.column}" for dimension in DIMENSIONS} | {
    "quarter": QUARTER,
    "year": YEAR,
    **{name: f"COALESCE(p.{name}, '')" for name in PLACES},
    # A code that the gazetteer does not know is shown as it was answered, so that somebody mends it.
    "village": "COALESCE(p.village, g.place)",
    "project": "CAST(g.project_id AS TEXT)",
    **{dimension.name: f"w.{dimension.column}" for dimension in DIMENSIONS if dimension.name in PEOPLE},
}
COLUMNS = {dimension.name: dimension.column for dimension in DIMENSIONS}
"""The column of a grain that tells a dimension."""
MOST_PARTS = 100
"""Cells that are read each on its own; where there are more, all are read at once."""
_NUMBERS = {
    "tally": """
        SELECT g.*, t.cell_id, t.received + t.edited + t.has_issues + t.approved AS provisional,
            t.approved AS verified
        FROM grain AS g JOIN tally AS t ON t.grain_id = g.id
    """,
    "sheet_tally": """
        SELECT g.*, t.sheets AS provisional, t.approved_sheets AS verified
        FROM grain AS g JOIN sheet_tally AS t ON t.grain_id = g.id
    """,
    "record": """
        SELECT g.*, t.review, t.sheets AS provisional FROM (
            SELECT grain_id, review, COUNT(*) AS sheets FROM record WHERE number = 0 GROUP BY grain_id, review
        ) AS t JOIN grain AS g ON g.id = t.grain_id
    """,
}
"""The numbers of each table of tallies, with their grain."""
_FACTS = """
    FROM grain AS g
    JOIN record AS r ON r.grain_id = g.id
    JOIN fact AS f ON f.submission_id = r.submission_id AND f.record = r.number
"""
_COUNTED = """
    f.n > 0 AND f.cell_id IN (SELECT value FROM json_each(:cells))
    AND r.review IN (SELECT value FROM json_each(:reviews))
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A cell that a query counts, and the row it falls in."""

    cell_id: int
    sex: str
    """"" also where the query does not ask by sex."""
    age_band: str


@dataclass(frozen=True, slots=True)
class Sum:
    """One group: `keys` in the order asked for."""

    keys: tuple[str, ...]
    provisional: int
    verified: int


@dataclass(frozen=True, slots=True)
class SheetShare:
    """One sheet behind a number, and its part of it."""

    submission_id: int
    n: int


def cells_of(db: Database, query: TallyQuery) -> list[tuple[int, Cell]]:
    """All cells of a query's measure, unit, reach and subset, with their keys."""
    rows = db.execute(
        f"""
        SELECT id, {", ".join(Cell._fields)} FROM cell
        WHERE measure = :measure AND unit = :unit AND reach = :reach AND subset = :subset
        """,
        _kind(query),
    )
    return [(row[0], Cell(*row[1:])) for row in rows]


def sum_tallies(db: Database, query: TallyQuery, *, wanted: Sequence[Wanted]) -> list[Sum]:
    """The sums of the wanted cells, by the query's dimensions."""
    if not wanted:
        return []
    _, parameters = _where(query)
    values, cells = _values(wanted)
    parts = [f"cell_id = :cell_{number}" for number, _ in enumerate(wanted)]
    source = _source(db, query, "tally", parts if len(parts) < MOST_PARTS else ["1 = 1"])
    rows = db.execute(
        f"""
        WITH wanted (cell_id, sex, age_band) AS (VALUES {values})
        SELECT {_columns(query.by)} SUM(g.provisional), SUM(g.verified)
        FROM {source} AS g
        JOIN wanted AS w ON w.cell_id = g.cell_id
        {_place(db, query)}
        WHERE {_codes(query)}
        {_group_by(query.by)}
        """,
        {**parameters, **cells},
    )
    return [Sum(tuple(row[:-2]), row[-2], row[-1]) for row in rows if row[-1] is not None]


def sum_sheets(db: Database, query: TallyQuery) -> dict[tuple[str, ...], tuple[int, int]]:
    """How many sheets, and approved ones, state the measure, by the query's dimensions but sex and age."""
    by = tuple(dimension for dimension in query.by if dimension not in PEOPLE)
    _, parameters = _where(query)
    kind = "measure = :measure AND unit = :unit AND reach = :reach AND subset = :subset"
    rows = db.execute(
        f"""
        SELECT {_columns(by)} SUM(g.provisional), SUM(g.verified)
        FROM {_source(db, query, "sheet_tally", [kind])} AS g
        {_place(db, query)}
        WHERE {_codes(query)}
        {_group_by(by)}
        """,
        {**parameters, **_kind(query)},
    )
    return {tuple(row[:-2]): (row[-2], row[-1]) for row in rows if row[-1] is not None}


def count_groups(db: Database, query: TallyQuery, *, most: int) -> int:
    """How many groups `sum_sheets` would give, counted no further than `most`."""
    by = tuple(dimension for dimension in query.by if dimension not in PEOPLE)
    _, parameters = _where(query)
    kind = "measure = :measure AND unit = :unit AND reach = :reach AND subset = :subset"
    row = db.execute(
        f"""
        SELECT COUNT(*) FROM (
            SELECT {_columns(by)} 1 FROM {_source(db, query, "sheet_tally", [kind])} AS g {_place(db, query)}
            WHERE {_codes(query)} {_group_by(by)} LIMIT :most
        )
        """,
        {**parameters, **_kind(query), "most": most},
    ).fetchone()
    return int(row[0])


def contributions_of(
    db: Database, query: TallyQuery, *, wanted: Sequence[Wanted], before: int | None, limit: int
) -> list[SheetShare]:
    """The next sheets that give the wanted cells a number above nought, by falling id, with what they give."""
    where, parameters = _where(query)
    rows = db.execute(
        f"""
        SELECT r.submission_id, SUM(f.n) {_FACTS} {_place(db, query)}
        WHERE {_COUNTED} AND (:before IS NULL OR r.submission_id < :before) AND {where}
        GROUP BY r.submission_id ORDER BY r.submission_id DESC LIMIT :limit
        """,
        {**parameters, **_counted(query, wanted), "before": before, "limit": limit},
    )
    return [SheetShare(*row) for row in rows]


def count_contributions(db: Database, query: TallyQuery, *, wanted: Sequence[Wanted], most: int) -> int:
    """How many sheets `contributions_of` gives in all; no further than `most` are counted."""
    where, parameters = _where(query)
    row = db.execute(
        f"""
        SELECT COUNT(*) FROM (
            SELECT DISTINCT r.submission_id {_FACTS} {_place(db, query)} WHERE {_COUNTED} AND {where} LIMIT :most
        )
        """,
        {**parameters, **_counted(query, wanted), "most": most},
    ).fetchone()
    count: int = row[0]
    return count


def sum_month(db: Database, project_id: int, *, cso: CsoCode, month: str) -> dict[Cell, tuple[int, int]]:
    """What a CSO's month adds up to by cell, provisionally and verified; confidential forms left out."""
    rows = db.execute(
        f"""
        SELECT {", ".join(f"c.{name}" for name in Cell._fields)},
            SUM(t.received + t.edited + t.has_issues + t.approved), SUM(t.approved)
        FROM grain AS g
        CROSS JOIN tally AS t ON t.grain_id = g.id
        JOIN cell AS c ON c.id = t.cell_id
        WHERE g.project_id = :project_id AND g.month = :month AND g.cso = :cso
            AND g.form NOT IN (SELECT xml_form_id FROM form WHERE project_id = :project_id AND confidential = 1)
        GROUP BY t.cell_id
        """,
        {"project_id": project_id, "month": month, "cso": cso},
    )
    return {Cell(*row[:-2]): (row[-2], row[-1]) for row in rows}


def sheets_by_review(db: Database, query: TallyQuery) -> dict[str, int]:
    """How many sheets there are in each review class, held or not, whatever they count.

    Those of the query's period, places and codes. A sheet with several records counts once: by its own record,
    or where that one is not asked for, by those of its repeats.
    """
    where, parameters = _where(query)
    place = _place(db, query)
    rows = db.execute(
        f"""
        SELECT g.review, SUM(g.provisional)
        FROM {_source(db, query, "record", ["1 = 1"])} AS g {place}
        WHERE {_codes(query)} GROUP BY g.review HAVING SUM(g.provisional) > 0
        UNION ALL
        SELECT r.review, COUNT(DISTINCT r.submission_id)
        FROM grain AS g JOIN record AS r ON r.grain_id = g.id {place}
        WHERE r.number > 0 AND {where} AND NOT EXISTS (
            SELECT 1 FROM record AS root JOIN grain AS g ON g.id = root.grain_id {place}
            WHERE root.submission_id = r.submission_id AND root.number = 0 AND {where}
        )
        GROUP BY r.review
        """,
        parameters,
    )
    found: Counter[str] = Counter()
    for review, count in rows:
        found[review] += count
    return dict(found)


def names_of_places(db: Database, codes: Sequence[str]) -> dict[str, str]:
    """The names of these places, by whatever code sheets send; those that the gazetteer does not know are left out."""
    return {code: located.place.name for code, located in find_places(db, codes).items()}


def names_of_projects(db: Database) -> dict[str, str]:
    """The names of all projects by id, written as text."""
    return {str(row[0]): row[1] for row in db.execute("SELECT id, name FROM project")}


def _kind(query: TallyQuery) -> dict[str, str]:
    return {
        "measure": query.measure,
        "unit": query.counted_unit,
        "reach": query.reach,
        "subset": query.subset,
    }


def _counted(query: TallyQuery, wanted: Sequence[Wanted]) -> dict[str, str]:
    """The cells and review classes that a number is made of."""
    reviews = ["approved"] if query.status == "verified" else ["received", "edited", "has_issues", "approved"]
    return {"cells": json.dumps([cell.cell_id for cell in wanted]), "reviews": json.dumps(reviews)}


def _values(wanted: Sequence[Wanted]) -> tuple[str, Mapping[str, int | str]]:
    parameters: dict[str, int | str] = {}
    for number, cell in enumerate(wanted):
        parameters[f"cell_{number}"] = cell.cell_id
        parameters[f"sex_{number}"] = cell.sex
        parameters[f"band_{number}"] = cell.age_band
    return ", ".join(f"(:cell_{i}, :sex_{i}, :band_{i})" for i in range(len(wanted))), parameters


def _columns(by: Sequence[str]) -> str:
    return "".join(f"{EXPRESSIONS[dimension]}, " for dimension in by)


def _group_by(by: Sequence[str]) -> str:
    return "GROUP BY " + ", ".join(str(number) for number, _ in enumerate(by, 1)) if by else ""


def _place(db: Database, query: TallyQuery) -> str:
    """The join that tells the levels of a place; of one that no map knows nothing but its code."""
    if not _asks_places(query):
        return ""
    month = (
        "g.month BETWEEN p.first_month AND p.last_month" if _asks_months(db, query) else "p.first_month = ''"
    )
    return f"LEFT JOIN place_on_map AS p ON p.map = '{query.map}' AND p.code = g.place AND {month}"


def _asks_places(query: TallyQuery) -> bool:
    return bool({*PLACES} & {*query.by, *query.filters})


def _asks_months(db: Database, query: TallyQuery) -> bool:
    """Whether it matters in which month something was, to know where."""
    return query.map == THEN and _asks_places(query) and has_months(db)


def _source(db: Database, query: TallyQuery, table: str, parts: Sequence[str]) -> str:
    """Numbers of the query's period, with what it asks of their grain: from a view, or where none has that from all.

    Each part is read on its own, in the order of the view's key: added up without sorting.
    """
    asked = {*query.by, *query.filters} - {*PEOPLE}
    columns = {COLUMNS[name] for name in asked}
    period = " AND ".join(["1 = 1", *_period(query)])
    by_month = _asks_months(db, query)
    view = view_of(db, table, columns | ({"month"} if period != "1 = 1" or by_month else set()))
    if view is None:
        return f"({_NUMBERS[table]} WHERE {period} AND ({' OR '.join(parts)}))"
    if (
        by_month and "month" not in columns
    ):  # only a place that moved is read month by month, and none is in two
        parts = [f"({part}) AND place" for part in parts]
        unmoved = [_sums(view, columns, f"{part} NOT IN ({_MOVED})", period) for part in parts]
        moved = [_sums(view, columns | {"month"}, f"{part} IN ({_MOVED})", period) for part in parts]
        return f"({' UNION ALL '.join([*unmoved, *moved])})"
    return f"({' UNION ALL '.join(_sums(view, columns, part, period) for part in parts)})"


_MOVED = "SELECT code FROM place_on_map WHERE map = 'then' AND first_month > ''"


def _sums(view: MaterializedView, columns: Collection[str], part: str, period: str) -> str:
    """One part of a view, added up to these columns of a grain, in its order; a month that is not asked for is none."""
    kept = [*view.cells, *(column for column in view.grain if column in columns)]
    told = [
        column if column in kept else "'' AS month"
        for column in (*view.cells, *view.grain)
        if column in kept or column == "month"
    ]
    return f"""
        SELECT {", ".join(told)}, SUM(provisional) AS provisional, SUM(verified) AS verified
        FROM {view.name} WHERE {part} AND {period} GROUP BY {", ".join(kept)}
    """


def _where(query: TallyQuery) -> tuple[str, dict[str, str]]:
    """The condition on the grain; sex and age are chosen by the wanted cells."""
    parameters = {
        name: value
        for name, value in (("first_month", query.first_month), ("last_month", query.last_month))
        if value
    }
    for dimension, values in query.filters.items():
        if dimension not in PEOPLE:
            parameters |= {f"{dimension}_{number}": value for number, value in enumerate(values)}
    return " AND ".join([*_period(query), _codes(query)]), parameters


def _period(query: TallyQuery) -> list[str]:
    conditions = []
    if query.first_month:
        conditions.append("month >= :first_month")
    if query.last_month:
        conditions.append("month <> '' AND month <= :last_month")
    return conditions


def _codes(query: TallyQuery) -> str:
    """The condition without the period."""
    conditions = ["1 = 1"]
    for dimension, values in query.filters.items():
        if dimension not in PEOPLE:
            names = ", ".join(f":{dimension}_{number}" for number, _ in enumerate(values))
            conditions.append(f"{EXPRESSIONS[dimension]} IN ({names})")
    return " AND ".join(conditions)
