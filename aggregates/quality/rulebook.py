"""All rules on one sheet: what is found in it alone, and what is found when it is compared with its neighbours."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from aggregates.quality import (
    rule_date,
    rule_duplicate,
    rule_number,
    rule_owner,
    rule_person,
    rule_place,
    rule_size,
    rule_text,
)
from aggregates.quality.fingerprint import Fingerprint
from aggregates.quality.reference import Mechanisms, ReferenceData
from aggregates.quality.rule_size import NOTHING_YET, Usual
from aggregates.quality.sheet import Sheet
from aggregates.quality.threshold import Thresholds
from sync.counting.derivation import Finding

OF_A_SHEET = (
    rule_date.future_date,
    rule_date.outside_project,
    rule_date.late,
    rule_date.filled_fast,
    rule_date.outdated_form,
    rule_number.no_participants,
    rule_number.school_adults,
    rule_owner.cso_unlike_phone,
)
OF_A_NUMBER = (rule_number.impossible_cell, rule_number.part_above_whole)
OF_A_PLACE = (
    rule_place.gps_far,
    rule_place.gps_outside_country,
    rule_place.gps_inaccurate,
    rule_place.unknown_village,
    rule_place.zone,
)
OF_A_PERSON = (rule_person.age_out_of_range, rule_person.situation_unlike_group)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What one sheet is compared with; all of it came before the sheet."""

    near: Sequence[Fingerprint] = ()
    """Of the same place within some days, or with the same picture."""
    same_day: Sequence[Fingerprint] = ()
    """Of the same animator and form, the first of them."""
    how_many_that_day: int = 0
    """All of the same animator and form, where there are more than those: sessions, or visits if it is one."""
    before: Sequence[Fingerprint] = ()
    """The last ones of the same animator and form by day and receipt, the latest first."""
    usual: Usual = NOTHING_YET
    together: int = 0
    """Participations of the month in the village, the sheet's own included."""
    population: int | None = None


def findings_in(
    sheet: Sheet, reference_data: ReferenceData, mechanisms: Mechanisms, thresholds: Thresholds
) -> tuple[Finding, ...]:
    """What is found in a sheet alone, each rule and question once."""
    found = _found_in(sheet, reference_data, mechanisms, thresholds)
    return tuple({(finding.rule, finding.path): finding for finding in found if finding is not None}.values())


def _found_in(
    sheet: Sheet, reference_data: ReferenceData, mechanisms: Mechanisms, thresholds: Thresholds
) -> Iterator[Finding | None]:
    for of_a_sheet in OF_A_SHEET:
        yield of_a_sheet(sheet, thresholds)
    for of_a_number in OF_A_NUMBER:
        for number in sheet.numbers:
            yield of_a_number(number, sheet, thresholds)
    for of_a_place in OF_A_PLACE:
        yield of_a_place(sheet, reference_data, thresholds)
    yield rule_place.mechanism_closed(sheet, reference_data, mechanisms, thresholds)
    for answer in sheet.free_texts:
        yield rule_text.number_of_a_person(answer)
    group = rule_person.group_of(sheet, mechanisms, thresholds)
    for of_a_person in OF_A_PERSON:
        for person in sheet.persons:
            yield of_a_person(person, group, thresholds)


def findings_among(
    sheet: Fingerprint, surroundings: Surroundings, thresholds: Thresholds
) -> tuple[Finding, ...]:
    """What is found when a sheet is compared with others. A big group is not told twice."""
    is_outlier = rule_size.outlier(sheet, surroundings.usual, thresholds)
    found = (
        is_outlier or rule_size.unusual_size(sheet, thresholds),
        rule_duplicate.duplicate(sheet, (*surroundings.near, *surroundings.same_day), thresholds),
        rule_duplicate.overlap(sheet, surroundings.same_day, thresholds),
        rule_duplicate.too_many_sessions(sheet, surroundings.how_many_that_day, thresholds),
        rule_duplicate.repeated_cells(sheet, surroundings.before, thresholds),
        rule_duplicate.round_numbers(sheet, surroundings.before, thresholds),
        rule_place.more_than_population(surroundings.together, surroundings.population),
    )
    return tuple(finding for finding in found if finding)
