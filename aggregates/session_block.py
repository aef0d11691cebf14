"""Block 1 of the compilation sheet: sessions and participations, by place, by activity and by review state (§ 7).

Trainings are counted the same way, in a block of their own: people trained and participants are never added together.
"""

from collections.abc import Mapping
from functools import partial

from aggregates.compilation import Block, Column
from aggregates.contribution import COUNTED, Contribution
from aggregates.head_count import (
    OPTIONAL,
    OTHERS,
    SHEET_COLUMNS,
    UNKNOWN_WHEN_EMPTY,
    HeadCount,
    brought,
    columns_of,
)
from aggregates.material import PROVISIONAL, Material
from aggregates.plan import Planned
from aggregates.tabulation import Sums, Tabulation

SESSIONS = HeadCount("participants", "sessions", {"orientations": "referrals"})
TRAININGS = HeadCount("trainees", "trainings", {"organisations": "organisations"})
STATE_COLUMNS = ("recues", "tenues", "h", "f", "g", "fi", OTHERS, "total")
LEFT_TO_SESSIONS = frozenset(["nv_h", "nv_f", "nv_g", "nv_fi", "nv_autres", "nv_total", "nv_fiches",
                              "dont_handicap", "dont_aides", "dont_desco", "indirect", "media",
                              "reportees", "annulees"])  # fmt: skip
"""Columns that the training sheet does not ask: shown where some sheet fills them all the same."""


def session_tabulations(material: Material) -> tuple[Tabulation, ...]:
    """How sessions are added up; nothing where no form counts participants."""
    forms = material.forms_counting(SESSIONS.people)
    if not forms:
        return ()
    by_place = _tabulation(material, "sessions", SESSIONS, forms, takes_any=True)
    return (
        by_place,
        _by_activity(material, by_place, forms),
        _by_state(material, by_place),
    )


def training_tabulations(material: Material) -> tuple[Tabulation, ...]:
    """How trainings are added up; nothing where no form counts trained persons."""
    forms = material.forms_counting(TRAININGS.people) - material.forms_counting(SESSIONS.people)
    if not forms:
        return ()
    return (_tabulation(material, "trainings", TRAININGS, forms, takes_any=False),)


def blocks(tabulations: tuple[Tabulation, ...], status: str) -> tuple[Block, ...]:
    """The blocks of a status; the table by state tells of the provisional numbers alone."""
    return tuple(each.block(status) for each in tabulations if each.key != "states" or status == PROVISIONAL)


def _tabulation(
    material: Material, key: str, count: HeadCount, forms: frozenset[str], *, takes_any: bool
) -> Tabulation:
    contributions = tuple(each for each in material.contributions if each.form in forms)
    columns = count.columns()
    planned = [each for each in material.planned if each.form in forms or (takes_any and not each.form)]
    return Tabulation(
        key,
        contributions,
        material.register,
        columns,
        partial(brought, material, columns_of(material, count)),
        beside=_planned(planned, "place"),
        unknown=UNKNOWN_WHEN_EMPTY | (frozenset() if material.planned else {"prevues"}),
        optional=OPTIONAL if takes_any else OPTIONAL | LEFT_TO_SESSIONS,
        verified_columns=frozenset(each.key for each in columns) - SHEET_COLUMNS - {"prevues"},
    )


def _by_activity(material: Material, by_place: Tabulation, forms: frozenset[str]) -> Tabulation:
    planned = [each for each in material.planned if each.form in forms or not each.form]
    return Tabulation(
        "activities",
        by_place.contributions,
        by_place.register,
        by_place.columns,
        by_place.brings,
        by="activity",
        beside=_planned(planned, "activity"),
        unknown=by_place.unknown,
        optional=by_place.optional,
        verified_columns=by_place.verified_columns,
        order=lambda code: (code == "", code),
    )


def _by_state(material: Material, by_place: Tabulation) -> Tabulation:
    """Each counted state with its numbers: together they are the provisional ones (§ 7)."""
    return Tabulation(
        "states",
        tuple(each for each in by_place.contributions if material.counts(each, PROVISIONAL)),
        by_place.register,
        tuple(Column(each, is_listed=True) for each in STATE_COLUMNS),
        by_place.brings,
        by="review",
        beside={each: {} for each in COUNTED},
        optional=frozenset([OTHERS]),
        order=COUNTED.index,
    )


def _planned(planned: list[Planned], by: str) -> Mapping[str, Sums]:
    sums: dict[str, Sums] = {}
    for each in planned:
        row = sums.setdefault(getattr(each, by), {})
        row["prevues"] = row.get("prevues", 0) + each.sessions
    return sums


def contribution_people(material: Material, each: Contribution, columns: Mapping[int, str]) -> Sums:
    """The people of one contribution by the four cells, others and the total, as they count provisionally."""
    told = brought(material, columns, each, PROVISIONAL)
    return {column: told[column] for column in ("h", "f", "g", "fi", OTHERS, "total") if column in told}
