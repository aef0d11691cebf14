"""What is wrong with cells of a table of places or zones, in words: line, column, what stands there, why."""

from collections.abc import Mapping, Sequence
from typing import Any

from forms.base.table import CellProblem
from server.words.language import mark, translate

REASONS = {
    "required": mark("Nothing stands here, and something must."),
    "too_long": mark("This is too long: at most {allowed} signs."),
    "twice": mark("Another line has the same code."),
    "level_unknown": mark("This is no level: {allowed}."),
    "degrees_unreadable": mark("These are no degrees between {allowed}: write 14.45 or 14,45."),
    "number_unreadable": mark("Write a whole number."),
    "day_unreadable": mark("This is no day: write 2020-03-08 or 08/03/2020."),
    "parent_unknown": mark("There is no such place in the file."),
    "parent_of_other_level": mark("The place above must be a {allowed}."),
    "successor_unknown": mark("There is no such place in the file."),
    "successor_of_other_level": mark("The successor must be a {allowed}."),
    "successor_in_a_circle": mark("The successors lead back to this place."),
    "alias_taken": mark("Another place has « {allowed} » as its code or alias."),
    "ends_before_it_begins": mark("This is before the first day ({allowed})."),
}
SHOWN = 5
"""So many cells are told in one sentence."""


def cell_reason(problem: CellProblem, language: str) -> str:
    """What is wrong with a cell."""
    between = translate(language, mark(" and ")) if problem.rule == "degrees_unreadable" else ", "
    return translate(language, REASONS[problem.rule], allowed=between.join(problem.allowed))


def cell_told(problem: CellProblem, language: str) -> str:
    """Where the cell is, what stands there, and what is wrong with it."""
    where = mark("Line {row}, {column}: « {found} ».") if problem.found else mark("Line {row}, {column}:")
    told = translate(language, where, row=problem.row, column=problem.column, found=problem.found)
    return f"{told} {cell_reason(problem, language)}"


def cells_told(facts: Mapping[str, Any], language: str) -> dict[str, str]:
    """The facts of CellsRefused in words: the first cells, and how many there are besides."""
    problems: Sequence[CellProblem] = facts["problems"]
    told = [cell_told(problem, language) for problem in problems[:SHOWN]]
    if len(problems) > SHOWN:
        told.append(translate(language, mark("({count} more)"), count=len(problems) - SHOWN))
    return {"problems": "\n".join(told)}
