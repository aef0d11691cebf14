"""Block 1 of the compilation sheet: sessions and participations, by place, by activity and by review state (§ 7).

Trainings are counted the same way, in a block of their own, and so are members: people of two measures are never
added together. A sheet stands in each block of which its version counts something (§ 6.1).
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
from forms.definition.tally_tag import MEASURES

SESSIONS = HeadCount("participants", "sessions", {"orientations": "orientations_declared"})
TRAININGS = HeadCount("trainees", "trainings", {"organisations": "organisations"})
STATE_COLUMNS = ("recues", "tenues", "h", "f", "g", "fi", OTHERS, "total")
OTHER_PEOPLE = tuple(
    HeadCount(measure, "", {})
    for measure, kind in MEASURES.items()
    if kind == "people" and measure not in (SESSIONS.people, TRAININGS.people)
)
"""Whoever else is counted, a block a measure: members …"""
HEAD_COUNTS = (SESSIONS, TRAININGS, *OTHER_PEOPLE)
LEFT_TO_SESSIONS = frozenset(["nv_h", "nv_f", "nv_g", "nv_fi", "nv_autres", "nv_total", "nv_fiches",
                              "dont_handicap", "dont_aides", "dont_desco", "indirect", "media",
                              "reportees", "annulees"])  # fmt: skip
"""Columns that the training sheet does not ask: shown where some sheet fills them all the same."""


def session_tabulations(source: Source) -> tuple[Tabulation, ...]:
    """How sessions are added up; nothing where no form counts any."""
    forms = source.forms_counting(SESSIONS.measures)
    if not forms and not source.counting(SESSIONS.measures):
        return ()
    by_place = _tabulation(source, "sessions", SESSIONS, forms)
    return (
        by_place,
        _by_activity(source, by_place, forms),
        _by_state(by_place),
    )


def training_tabulations(source: Source) -> tuple[Tabulation, ...]:
    """How trainings are added up; nothing where no form counts trained persons."""
    forms = source.forms_counting(TRAININGS.measures)
    if not forms and not source.counting(TRAININGS.measures):
        return ()
    planned = forms - source.forms_counting(SESSIONS.measures)
    return (_tabulation(source, "trainings", TRAININGS, planned),)


def people_tabulations(source: Source) -> tuple[Tabulation, ...]:
    """How people of any other measure are added up, a block for each that somebody counts."""
    return tuple(
        _tabulation(source, count.people, count, frozenset())
        for count in OTHER_PEOPLE
        if source.forms_counting(count.measures) or source.counting(count.measures)
    )


def _tabulation(source: Source, key: str, count: HeadCount, forms: frozenset[str]) -> Tabulation:
    """By place. `forms` are those of whose plan it is; plans that name no form are of sessions."""
    columns = count.columns()
    planned = _planned_here(source, forms, takes_any=count is SESSIONS)
    versions = source.versions_counting(count.of_sheets)
    return Tabulation(
        key,
        lines_of(
            source,
            source.counting(count.measures),
            partial(brought, source, columns_of(source, count), versions),
        ),
        source.place_index,
        columns,
        beside=_planned(planned, "place"),
        unknown=UNKNOWN_WHEN_EMPTY | (frozenset() if source.planned else {"prevues"}),
        optional=_optional(count),
        verified_columns=frozenset(column.key for column in columns) - SHEET_COLUMNS - {"prevues"},
    )


def _by_activity(source: Source, by_place: Tabulation, forms: frozenset[str]) -> Tabulation:
    planned = _planned_here(source, forms, takes_any=True)
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


def _optional(count: HeadCount) -> frozenset[str]:
    """The columns that are left out where nothing stands in them."""
    if count is SESSIONS:
        return OPTIONAL
    return OPTIONAL | LEFT_TO_SESSIONS | (frozenset() if count.events else {"prevues", "tenues"})


def _planned_here(source: Source, forms: frozenset[str], *, takes_any: bool) -> list[Planned]:
    return [
        session for session in source.planned if session.form in forms or (takes_any and not session.form)
    ]


def _planned(planned: list[Planned], by: str) -> Mapping[str, Sums]:
    sums: dict[str, Sums] = {}
    for session in planned:
        row = sums.setdefault(getattr(session, by), {})
        row["prevues"] = row.get("prevues", 0) + session.sessions
    return sums
