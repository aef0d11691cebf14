"""Where in the spreadsheet a problem with a tag stands, so that its author finds the cell. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from forms.definition.definition import TagProblem
from forms.definition.tally_tag import stray_headings
from forms.definition.xlsform import SheetRow


@dataclass(frozen=True, slots=True)
class LocatedProblem:
    """A tag problem and where it stands in the spreadsheet."""

    problem: TagProblem
    sheet: str
    row: int
    """0 where it is not known."""
    column: str


def locate(problem: TagProblem, rows: Mapping[str, SheetRow]) -> LocatedProblem:
    """A problem with its sheet, row and column, as far as they are known."""
    row = rows.get(problem.path)
    if row is None:
        return LocatedProblem(problem, "survey" if problem.path else "settings", 0, "")
    name = problem.attribute
    written = (f"bind::fiche:{name}", f"attribute::fiche:{name}", f"attribute::{name}")
    column = next((row.columns[heading] for heading in written if heading in row.columns), "")
    return LocatedProblem(problem, row.sheet, row.row, column)


def stray(rows: Mapping[str, SheetRow]) -> Iterator[LocatedProblem]:
    """Columns of the workbook that say `fiche:` where no form carries them."""
    of_survey = next((row for path, row in rows.items() if path), None)
    for row, of_settings in ((rows.get(""), True), (of_survey, False)):
        if row is not None:
            for heading in stray_headings(row.columns, of_settings=of_settings):
                problem = TagProblem("", heading, "", "stray_heading")
                yield LocatedProblem(problem, row.sheet, 1, row.columns[heading])
