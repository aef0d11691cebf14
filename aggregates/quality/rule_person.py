"""Rules about individuals and the group that a sheet puts them in (V10, V11).

They act on every form that has persons in a repeat (`fiche:each`), whatever register it belongs to.
"""

from aggregates.quality.reference import Mechanisms
from aggregates.quality.sheet import Person, Sheet
from aggregates.quality.threshold import Group, Thresholds
from sync.counting.derivation import Finding


def group_of(sheet: Sheet, mechanisms: Mechanisms, thresholds: Thresholds) -> Group:
    """The group that the sheet is about: by its mechanism's type, its category, or its form; else everybody."""
    known = mechanisms.get(sheet.grain.mechanism)
    for name in (known.kind if known else "", sheet.grain.category, sheet.form):
        if name in thresholds.groups:
            return thresholds.groups[name]
    return Group()


def age_out_of_range(person: Person, group: Group, thresholds: Thresholds) -> Finding | None:
    """V10: the age is impossible, or outside the group's target."""
    if person.age is None:
        return None
    if not thresholds.youngest <= person.age <= thresholds.oldest:
        details = {"age": person.age, "lower": thresholds.youngest, "upper": thresholds.oldest}
        return Finding("age_out_of_range", person.path, {**details, "case": "impossible"})
    if not group.lower <= person.age <= group.upper:
        details = {"age": person.age, "lower": group.lower, "upper": group.upper}
        return Finding("age_out_of_range", person.path, details)
    return None


def situation_unlike_group(person: Person, group: Group, thresholds: Thresholds) -> Finding | None:
    """V11: the person's sex, or their situation (married, single), is not the one that the group is for."""
    if group.sex and person.sex and person.sex != group.sex:
        return Finding("situation_unlike_group", person.path, {"case": "sex"})
    if group.situations and person.situation and person.situation not in group.situations:
        return Finding("situation_unlike_group", person.path)
    return None
