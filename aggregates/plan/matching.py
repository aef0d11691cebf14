"""Assigns each of many things to at most one place that has room for so many: as many as can be, best first. Pure.

Called by `aggregates.plan.expectation`: sheets are given to the lines of a plan that await them.
"""

from collections import defaultdict, deque
from collections.abc import Sequence
from typing import Any, NamedTuple


class Edge(NamedTuple):
    """One assignment that is possible."""

    rank: tuple[Any, ...]
    """The smallest is the best."""
    line: int
    thing: int


def matched(edges: Sequence[Edge], room: Sequence[int]) -> dict[int, int]:
    """The line of each thing that was assigned; `room` says how many things each line takes.

    The best assignment is made first. Then, where a line still has room, things that were assigned move on to
    other lines as long as one more is assigned: nothing is called missing that could be explained otherwise.
    """
    ordered = sorted(edges)
    line_of: dict[int, int] = {}
    free = list(room)
    things: dict[int, list[int]] = defaultdict(list)
    for edge in ordered:
        things[edge.line].append(edge.thing)
        if free[edge.line] > 0 and edge.thing not in line_of:
            line_of[edge.thing] = edge.line
            free[edge.line] -= 1
    exhausted: set[int] = set()
    for line in things:
        while free[line] > 0 and _one_more(line, things, line_of, exhausted):
            free[line] -= 1
    return line_of


def _one_more(line: int, things: dict[int, list[int]], line_of: dict[int, int], exhausted: set[int]) -> bool:
    """Find one more thing for a line by moving others on; gives whether there was one.

    A breadth-first search for an augmenting path. Lines from which one search found nothing are `exhausted`:
    no later one finds anything there.
    """
    reached_from: dict[int, int] = {}
    entered_by: dict[int, int] = {}
    waiting, seen = deque([line]), {line}
    while waiting:
        current = waiting.popleft()
        if current in exhausted:
            continue
        for thing in things[current]:
            if thing in reached_from:
                continue
            reached_from[thing] = current
            owner = line_of.get(thing)
            if owner is None:
                _move(thing, line, reached_from, entered_by, line_of)
                return True
            if owner not in seen:
                seen.add(owner)
                entered_by[owner] = thing
                waiting.append(owner)
    exhausted |= seen
    return False


def _move(
    thing: int, start: int, reached_from: dict[int, int], entered_by: dict[int, int], line_of: dict[int, int]
) -> None:
    """Give the free thing to the line that it was reached from, what that line gives up to the one before, …"""
    while True:
        line = reached_from[thing]
        line_of[thing] = line
        if line == start:
            return
        thing = entered_by[line]
