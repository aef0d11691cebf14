"""Block 6 of the compilation sheet: by animator, what was expected, what came, what is missing and late (§ 7). Pure."""

import json
from collections import defaultdict
from collections.abc import Iterator

from aggregates.compilation.compilation import LINE, TOTAL, Block, Column, Note, Row
from aggregates.compilation.source import Source
from aggregates.plan.expectation import AnimatorResult, MonthExpectation

COLUMNS = (
    Column("animateur", "person"),
    Column("attendues"),
    Column("recues"),
    Column("manquantes"),
    Column("ou", "misses"),
    Column("en_retard"),
    Column("silence"),
)


def missing_blocks(source: Source) -> tuple[Block, ...]:
    """The block; nothing where nobody was expected to send anything, and nobody did."""
    expectation = source.expectation
    if expectation is None or not expectation.animators:
        return ()
    misses = _misses(source, expectation)
    rows = [
        _row(animator, misses.get((animator.id, animator.name), "")) for animator in expectation.animators
    ]
    numbers = [row.cells[1:4] + row.cells[5:6] for row in rows]
    expected, received, missing, late = (
        sum(int(n or 0) for n in column) for column in zip(*numbers, strict=True)
    )
    rows.append(Row(("", expected, received, missing, "", late, None), TOTAL))
    return (Block("missing", COLUMNS, tuple(rows), tuple(_notes(expectation))),)


def _notes(expectation: MonthExpectation) -> Iterator[Note]:
    """What explains why expected, received and missing do not add up, nor to the sheets of the month."""
    counts = {
        "held_beside": expectation.took_place_beside,
        "for_others": len(expectation.for_others),
        "received_otherwise": expectation.received_otherwise,
    }
    for key, count in counts.items():
        if count:
            yield Note(key, {"count": count})


def _row(result: AnimatorResult, misses: str) -> Row:
    cells = (
        result.name or "–",
        result.expected,
        result.received,
        result.missing,
        misses,
        result.late,
        result.days_silent,
    )
    return Row(cells, LINE)


def _misses(source: Source, expectation: MonthExpectation) -> dict[tuple[int | None, str], str]:
    """By animator, the planned day ("" where there is none), place and number of what did not come, as JSON."""
    found: dict[tuple[int | None, str], list[list[str | int]]] = defaultdict(list)
    names = {animator.id: animator.name for animator in expectation.animators if animator.id is not None}
    for line in expectation.missing_lines:
        name = names.get(line.animator_id, line.animator) if line.animator_id is not None else line.animator
        place = source.place_index.name(line.awaited.place)
        found[line.animator_id, name].append([line.awaited.day, place, line.missing])
    return {key: json.dumps(lines, ensure_ascii=False) for key, lines in found.items()}
