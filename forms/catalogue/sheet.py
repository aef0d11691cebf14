"""A converted form as a value, looked at before anything of it is written: whether it may be published. Pure.

Called by `forms.catalogue.publish`, and by whoever wants to know what is wrong with a form without publishing it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forms.base.refusal import Refusal
from forms.definition.age_band import AgeBand
from forms.definition.confidential import problems_of_open_counts, refuse_unfit
from forms.definition.definition import Definition
from forms.definition.located_problem import locate, stray
from forms.definition.tally_tag import check
from forms.definition.xform import parse_xform
from forms.definition.xlsform import SheetRow

MOST_QUESTIONS = 1_500
"""Of the sheet itself or of one repeat: SQLite takes 2,000 columns, and later versions add theirs."""


class TagsInvalid(Refusal):
    """The form cannot be counted (`problems`: LocatedProblem each)."""


class FormTooWide(Refusal):
    """More questions than a table can have columns (`form_id`, `count`, `most`)."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A converted form, ready to be published."""

    xml: bytes
    warnings: tuple[str, ...] = ()
    is_validated: bool = False
    xlsx: bytes | None = None
    """The spreadsheet it came from, kept for people who want it back."""
    file_type: str = ".xlsx"
    """Of that spreadsheet."""
    rows: Mapping[str, SheetRow] | None = None
    """Where its questions stand (`forms.definition.xlsform.locate`)."""


def examine(sheet: Sheet, bands: Sequence[AgeBand]) -> Definition:
    """The definition of a sheet that may be published.

    Raises `forms.definition.xform.XFormInvalid`, FormTooWide, TagsInvalid, or what
    `forms.definition.confidential` raises.
    """
    definition = parse_xform(sheet.xml)
    refuse_unfit(definition)
    widest = max(len(definition.answers_in(repeat)) for repeat in ("", *(r.path for r in definition.repeats)))
    if widest > MOST_QUESTIONS:
        raise FormTooWide(form_id=definition.form_id, count=widest, most=MOST_QUESTIONS)
    problems = (*check(definition, bands), *problems_of_open_counts(definition))
    located = (*(locate(problem, sheet.rows or {}) for problem in problems), *stray(sheet.rows or {}))
    if located:
        raise TagsInvalid(form_id=definition.form_id, problems=located)
    return definition
