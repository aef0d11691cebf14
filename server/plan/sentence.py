"""Why a line of a plan is refused, in words: what stands there, and what is allowed."""

from collections.abc import Sequence

from forms.base.table import CellProblem
from server.words.days import month_in_words
from server.words.language import mark, number, translate

REASONS = {
    "required": mark("Nothing stands here, and something must."),
    "too_long": mark("This is too long: at most {allowed} signs."),
    "cso_unknown": mark("There is no such organisation."),
    "cso_not_yours": mark("You may not change the plan of this organisation."),
    "place_unknown": mark("There is no such place in the register."),
    "place_ambiguous": mark("Several places are called so: write the code, or the commune in its column."),
    "place_elsewhere": mark("There is no such place in this commune."),
    "commune_unknown": mark("There is no such commune in the register."),
    "when_unreadable": mark("This is no month and no day: write 2020-03, mars 2020 or 08/03/2020."),
    "month_differs": mark("The day is not in the month that the line names."),
    "form_unknown": mark("There is no such field sheet."),
    "activity_unknown": mark("There is no such activity."),
    "activity_ambiguous": mark("Several activities are called so: write the code."),
    "animator_unknown": mark("No phone of the organisation is called so; the name is kept as it stands."),
    "number_unreadable": mark("Write a whole number."),
    "people_differ": mark("This is not the sum of men, women, boys and girls."),
    "day_has_one_session": mark("A line with a day is one session: write a line for each."),
    "same_as": mark("This line says the same as another."),
}
ALLOWED = {
    "place_ambiguous": mark("Communes: {allowed}"),
    "place_elsewhere": mark("It lies in: {allowed}"),
    "people_differ": mark("Sum: {allowed}"),
    "month_differs": mark("Month: {allowed}"),
    "same_as": mark("Line {allowed}"),
}
NEAR = ("place_unknown", "commune_unknown", "animator_unknown")
"""What they allow is what was perhaps meant."""


def plan_reason(problem: CellProblem, language: str) -> str:
    """What is wrong with the cell."""
    return translate(language, REASONS[problem.rule], allowed=", ".join(problem.allowed))


def plan_allowed(problem: CellProblem, language: str) -> str:
    """What may stand there, "" where that goes without saying."""
    if not problem.allowed or problem.rule == "too_long":
        return ""
    told = ", ".join(problem.allowed)
    if problem.rule == "number_unreadable":
        least, most = (number(language, int(limit)) for limit in problem.allowed)
        return translate(language, mark("From {least} to {most}"), least=least, most=most)
    if problem.rule in NEAR:
        return translate(language, mark("Did you mean {allowed}?"), allowed=told)
    if problem.rule not in ALLOWED:
        return told
    if problem.rule == "month_differs":
        told = month_in_words(language, told)
    return translate(language, ALLOWED[problem.rule], allowed=told)


def plan_problem_rows(problems: Sequence[CellProblem], language: str) -> list[list[str]]:
    """The report of what is refused as rows of text, headings first."""
    heading = (mark("Line"), mark("Column"), mark("What stands there"), mark("Why"), mark("What is allowed"))
    return [
        [translate(language, word) for word in heading],
        *(
            [
                str(problem.row),
                problem.column,
                problem.found,
                plan_reason(problem, language),
                plan_allowed(problem, language),
            ]
            for problem in problems
        ),
    ]
