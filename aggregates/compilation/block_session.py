"""Block 1 of the compilation sheet: sessions and participations, by place, by activity and by review state (§ 7).

Trainings are counted the same way, in a block of their own: people trained and participants are never added together.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from aggregates.compilation.column import (
    OPTIONAL,
    OTHERS,
    SHEET_COLUMNS,
    UNKNOWN_WHEN_EMPTY,
    HeadCount,
    brought,
    columns_of,
)
from aggregates.compilation.compilation import Column
from aggregates.compilation.contribution import COUNTED
from aggregates.compilation.source import PROVISIONAL, Source, Sums
from aggregates.compilation.tabulation import Tabulation, lines_of
from aggregates.plan.planned import Planned

SESSIONS = HeadCount("participants", "sessions", {"orientations": "orientations_declared"})
TRAININGS = HeadCount("trainees", "trainings", {"organisations": "organisations"})
STATE_COLUMNS = ("recues", "tenues", "h", "f", "g", "fi", OTHERS, "total")
LEFT_TO_SESSIONS = frozenset(["nv_h", "nv_f", "nv_g", "nv_fi", "nv_autres", "nv_total", "nv_fiches",
                              "dont_handicap", "dont_aides", "dont_desco", "indirect", "media",
                              "reportees", "annulees"])  # fmt: skip
"""Columns that the training sheet does not ask: shown where some sheet fills them all the same."""


def session_tabulations(source: Source) -> tuple[Tabulation, ...]:
    """How sessions are added up; nothing where no form counts participants."""
    forms = source.forms_counting(SESSIONS.people)
    if not forms:
        return ()
    by_place = _tabulation(source, "sessions", SESSIONS, forms, takes_any=True)
    return (
        by_place,
        _by_activity(source, by_place, forms),
        _by_state(by_place),
    )


def training_tabulations(source: Source) -> tuple[Tabulation, ...]:
    """How trainings are added up; nothing where no form counts trained persons."""
    forms = source.forms_counting(TRAININGS.people) - source.forms_counting(SESSIONS.people)
    if not forms:
        return ()
    return (_tabulation(source, "trainings", TRAININGS, forms, takes_any=False),)


def _tabulation(
    source: Source, key: str, count: HeadCount, forms: frozenset[str], *, takes_any: bool
) -> Tabulation:
    """By place. Where `takes_any`, plans that name no form are of this block."""
    columns = count.columns()
    planned = [
        session for session in source.planned if session.form in forms or (takes_any and not session.form)
    ]
    return Tabulation(
        key,
        lines_of(
            source,
            (contribution for contribution in source.contributions if contribution.form in forms),
            partial(brought, source, columns_of(source, count)),
        ),
        source.place_index,
        columns,
        beside=_planned(planned, "place"),
        unknown=UNKNOWN_WHEN_EMPTY | (frozenset() if source.planned else {"prevues"}),
        optional=OPTIONAL if takes_any else OPTIONAL | LEFT_TO_SESSIONS,
        verified_columns=frozenset(column.key for column in columns) - SHEET_COLUMNS - {"prevues"},
    )


def _by_activity(source: Source, by_place: Tabulation, forms: frozenset[str]) -> Tabulation:
    planned = [session for session in source.planned if session.form in forms or not session.form]
    return replace(
        by_place,
        key="activities",
        by="activity",
        beside=_planned(planned, "activity"),
        order=lambda code: (code == "", code),
        shares=by_place,
    )


def _by_state(by_place: Tabulation) -> Tabulation:
    """Each counted state with its numbers: together they are the provisional ones (§ 7)."""
    return Tabulation(
        "states",
        tuple(line for line in by_place.lines if line.is_counted),
        by_place.place_index,
        tuple(Column(column, is_listed=True) for column in STATE_COLUMNS),
        by="review",
        beside={measure: {} for measure in COUNTED},
        optional=frozenset([OTHERS]),
        order=COUNTED.index,
        statuses=(PROVISIONAL,),
        shares=by_place,
    )


def _planned(planned: list[Planned], by: str) -> Mapping[str, Sums]:
    sums: dict[str, Sums] = {}
    for session in planned:
        row = sums.setdefault(getattr(session, by), {})
        row["prevues"] = row.get("prevues", 0) + session.sessions
    return sums
