"""Sentences for problems with tally tags: where they stand in the spreadsheet, and what to write instead."""

from collections.abc import Iterator, Sequence

from forms.definition.dimension import TAGS
from forms.definition.located_problem import LocatedProblem
from forms.definition.tally_tag import MEASURES, REACHES, SEXES, UNITS
from server.words.language import mark, translate

SENTENCES = {
    "unknown_attribute": mark("there is no tally tag of this name"),
    "nothing_beside": mark("this tag says nothing alone: add fiche:count, fiche:each or fiche:dimension"),
    "two_roles": mark("a question has one role: keep one of dimension, count, each, event, total"),
    "yes_or_no": mark("write yes or no"),
    "narrative_no_text": mark("only a question that is answered with a text can be a narrative"),
    "narrative_counted": mark("a narrative counts nothing: it is read by the coordinator alone"),
    "narrative_confidential": mark("a confidential form asks for no testimony"),
    "confidential_alone": mark(
        "only a confidential form counts cases; write orientations_declared for what a session declares, "
        "or attribute::fiche:confidential = yes in the settings"
    ),
    "unknown_mark": mark(
        "no mark of this name: write attribute::fiche:confidential or attribute::fiche:notice in the settings"
    ),
    "misplaced": mark("a fiche: attribute says nothing here: write it as bind::fiche:… beside a question"),
    "stray_heading": mark(
        "this column is read by nobody: begin it with attribute:: in the settings, with bind:: in the survey"
    ),
    "second_status": mark("only one question of a form can say whether the event took place"),
    "unknown_dimension": mark("unknown dimension; write one of: {dimensions}"),
    "not_a_question": mark("a group, a repeat or a picture cannot be a dimension"),
    "not_a_date": mark("the date must be a date question"),
    "held_without_status": mark("fiche:held goes beside fiche:dimension = status"),
    "status_without_held": mark("say in fiche:held which answers mean that the event took place"),
    "unknown_measure": mark("unknown measure; write one of: {measures}"),
    "each_needs_repeat": mark("fiche:each belongs on a repeat"),
    "not_on_repeat": mark("only fiche:each may stand on a repeat"),
    "not_a_number": mark("only an integer question or a calculate can be counted"),
    "no_date": mark("the form asks no date (fiche:dimension = date) that this number would belong to"),
    "no_place": mark("the form asks no place (fiche:dimension = place) that this number would belong to"),
    "total_of_nothing": mark("no cell counts this measure, so that no total of it can be checked"),
    "unknown_sex": mark("unknown sex; write one of: {sexes}"),
    "unknown_reach": mark("unknown reach; write one of: {reaches}"),
    "unknown_unit": mark("unknown unit; write one of: {units}"),
    "subset_no_word": mark("a subset is one word of small letters, digits and _"),
    "age_unreadable": mark("this is no age band; write for example 5-17 or 18+"),
    "age_outside_bands": mark("this band does not fit inside one reporting band of the configuration"),
    "events_have_no_people": mark("this measure counts events, which have no sex and no age"),
    "sex_missing": mark("say whose heads are counted: fiche:sex = M or F"),
    "age_missing": mark("say whose heads are counted: fiche:age, for example 18+"),
}


def tag_sentences(problems: Sequence[LocatedProblem], language: str) -> Iterator[str]:
    """A line for each problem."""
    choices = {
        "dimensions": ", ".join(TAGS),
        "measures": ", ".join(MEASURES),
        "sexes": ", ".join(SEXES),
        "reaches": ", ".join(REACHES),
        "units": ", ".join(UNITS),
    }
    for located in problems:
        problem = located.problem
        reason = translate(language, SENTENCES[problem.reason], **choices)
        tag = f"fiche:{problem.attribute} = {problem.value or '–'}"
        if located.row:
            yield translate(
                language,
                "  sheet {sheet}, row {row}, column {column} ({path}), {tag}: {reason}",
                sheet=located.sheet,
                row=located.row,
                column=located.column or "–",
                path=problem.path,
                tag=tag,
                reason=reason,
            )
        else:
            yield f"  {problem.path}, {tag}: {reason}"
