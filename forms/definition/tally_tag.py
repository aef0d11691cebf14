"""What a question counts: its `fiche:` attributes read, and checked against the form around it.

A programme officer writes them in the survey sheet as columns `bind::fiche:count` and so on. They travel
with the form, so that each version counts by its own tags.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from forms.definition import measure as measure_table
from forms.definition.age_band import AgeBand, AgeBandInvalid, parse_band, place
from forms.definition.definition import Definition, Field, TagProblem, TallyTag
from forms.definition.dimension import TAGS

NAMESPACE = "https://fiche.ong/xforms"

SEXES = ("M", "F")
REACHES = ("direct", "indirect", "media")
UNITS = ("contacts", "first_time")
MEASURES: Mapping[str, str] = {measure.code: measure.kind for measure in measure_table.ALL.values()}
"""What can be counted: people, by sex and age, or events, which have neither."""
CONFIDENTIAL_MEASURES = frozenset({"referrals"})
"""What is counted of survivors: small numbers of it are hidden, and a confidential form counts nothing else."""
DECLARED = {"referrals": "orientations_declared"}
"""What an open sheet declares of them is another number than the cases themselves (domain page § 6.1)."""

ROLES = ("dimension", "count", "each", "event", "total")
BESIDE = {
    "held": ("dimension",),
    "sex": ("count", "each"),
    "age": ("count", "each"),
    "reach": ("count", "each"),
    "unit": ("count",),
    "subset": ("count", "each"),
}
"""Which attributes belong beside which roles."""
NARRATIVE = "narrative"
"""The attribute of a question that is answered in people's own words (domain page § 5.1): it counts nothing."""
YES_OR_NO = ("yes", "no")
NARRATIVE_NAMES = ("changement",)
"""Questions that are narratives although they do not say so: sheets from before the attribute ask them."""

MARKS_AND_NEAR = ("confidential", "confidentiel", "confidentialite", "confidentialité", "notice")
"""What the marks of a whole form are called, here and in the French of whoever writes it."""

SUBSET = re.compile(r"[a-z][a-z0-9_]*")


def read_tag(attributes: Mapping[str, str]) -> TallyTag | None:
    """The tag in these `fiche:` attributes (local name to text), None where there is none.

    Unknown or misplaced attributes are `problems_of_attributes`' matter.
    """
    role = next((name for name in ROLES if attributes.get(name)), "")
    if not role:
        return None
    is_event = role == "event" or MEASURES.get(attributes[role]) == "events"
    return TallyTag(
        **{role: attributes[role].strip()},
        took_place=tuple(attributes.get("held", "").split()),
        sex=attributes.get("sex", ""),
        age=attributes.get("age", ""),
        reach=attributes.get("reach") or "direct",
        unit="events" if is_event else attributes.get("unit") or "contacts",
        subset=attributes.get("subset", ""),
    )


def problems_of_attributes(path: str, attributes: Mapping[str, str]) -> Iterator[TagProblem]:
    """What is wrong with the attributes themselves: unknown names, two roles, one beside the wrong role."""
    roles = [name for name in ROLES if attributes.get(name)]
    for name, value in attributes.items():
        if name == NARRATIVE:
            if value and value not in YES_OR_NO:
                yield TagProblem(path, name, value, "yes_or_no")
        elif name not in ROLES and name not in BESIDE:
            yield TagProblem(path, name, value, "unknown_attribute")
        elif name in BESIDE and value and not set(BESIDE[name]) & set(roles):
            yield TagProblem(path, name, value, "nothing_beside")
    if len(roles) > 1:
        yield TagProblem(path, roles[1], attributes[roles[1]], "two_roles")


def is_narrative(name: str, kind: str, attributes: Mapping[str, str]) -> bool:
    """Whether the answers to a question are for the coordinator's eyes alone."""
    said = attributes.get(NARRATIVE, "")
    is_old = name in NARRATIVE_NAMES and kind == "string" and read_tag(attributes) is None
    return said == "yes" or (not said and is_old)


def is_like_a_mark(name: str) -> bool:
    """Whether a name is, or was probably meant to be, that of a mark of the whole form.

    >>> is_like_a_mark("confidentiel"), is_like_a_mark("Confidential"), is_like_a_mark("version")
    (True, True, False)
    """
    return bool(get_close_matches(name.casefold(), MARKS_AND_NEAR, cutoff=0.8))


def stray_headings(headings: Iterable[str], *, of_settings: bool) -> Iterator[str]:
    """Headings of a spreadsheet that were meant for fiche and that no form would carry: they begin in no known way.

    >>> list(stray_headings(["fiche:confidential", "form_id", "attribute::fiche:notice"], of_settings=True))
    ['fiche:confidential']
    """
    beginning = "attribute::" if of_settings else "bind::"
    for heading in headings:
        written = "".join(heading.casefold().split())
        is_ours = "fiche:" in written or (of_settings and is_like_a_mark(written.rpartition(":")[2]))
        if is_ours and not written.startswith(beginning):
            yield heading


def problems_of_typed_text(path: str, tag: TallyTag) -> Iterator[TagProblem]:
    """A text that a person types is no number; a text that the form calculates may be one."""
    for role in ("count", "total"):
        if getattr(tag, role):
            yield TagProblem(path, role, getattr(tag, role), "not_a_number")


def check(definition: Definition, bands: Sequence[AgeBand]) -> tuple[TagProblem, ...]:
    """Everything that would make this form's numbers wrong, guessed or mixed; () when it can be counted.

    `bands` is the reporting scheme: a cell's band must fit inside one of them (design: never guessed).
    """
    problems = list(definition.tag_problems)
    for field in definition.fields:
        if field.tag is not None:
            problems += _problems_of(field, field.tag, definition, bands)
        if field.is_narrative:
            problems += _problems_of_narrative(field, definition)
    statuses = [field for field in definition.fields if field.tag and field.tag.dimension == "status"]
    problems += [TagProblem(field.path, "dimension", "status", "second_status") for field in statuses[1:]]
    return tuple(problems)


def _problems_of(
    field: Field, tag: TallyTag, definition: Definition, bands: Sequence[AgeBand]
) -> Iterator[TagProblem]:
    def problem(attribute: str, value: str, reason: str) -> TagProblem:
        return TagProblem(field.path, attribute, value, reason)

    if tag.dimension:
        yield from _problems_of_dimension(field, tag, problem)
        return
    role = next(name for name in ROLES if getattr(tag, name))
    measure = getattr(tag, role)
    if measure not in MEASURES:
        yield problem(role, measure, "unknown_measure")
        return
    if (role == "each") != (field.kind == "repeat"):
        yield problem(role, measure, "each_needs_repeat" if role == "each" else "not_on_repeat")
    if role in ("count", "total") and field.kind not in ("int", "string"):
        yield problem(role, measure, "not_a_number")
    yield from _problems_of_scope(field, role, measure, definition)
    if role == "total" and not any(_is_part_of(other, field) for other in definition.fields):
        yield problem("total", measure, "total_of_nothing")
    if role in ("count", "each"):
        yield from _problems_of_cell(tag, role, measure, bands, problem)


def _problems_of_narrative(field: Field, definition: Definition) -> Iterator[TagProblem]:
    """No testimony in a referral (domain page § 11), and nothing that would show it all the same: counts, a key."""
    if field.kind != "string":
        yield TagProblem(field.path, NARRATIVE, "yes", "narrative_no_text")
    if field.tag is not None:
        yield TagProblem(field.path, NARRATIVE, "yes", "narrative_counted")
    if definition.is_confidential:
        yield TagProblem(field.path, NARRATIVE, "yes", "narrative_confidential")


def _is_part_of(cell: Field, total: Field) -> bool:
    """Whether a stated total is compared with this cell: as `sync.counting.fact` does, kind by kind, inwards."""
    if cell.tag is None or total.tag is None:
        return False
    scope = cell.path if cell.tag.each else cell.repeat
    mine = (cell.tag.count or cell.tag.each, cell.tag.unit, cell.tag.reach, cell.tag.subset)
    return mine == (total.tag.total, total.tag.unit, total.tag.reach, total.tag.subset) and (
        f"{scope}/".startswith(f"{total.repeat}/") or not total.repeat
    )


def _problems_of_dimension(
    field: Field, tag: TallyTag, problem: Callable[[str, str, str], TagProblem]
) -> Iterator[TagProblem]:
    if tag.dimension not in TAGS:
        yield problem("dimension", tag.dimension, "unknown_dimension")
    elif field.kind in ("group", "repeat", "binary"):
        yield problem("dimension", tag.dimension, "not_a_question")
    elif tag.dimension == "date" and field.kind not in ("date", "dateTime", "string"):
        yield problem("dimension", "date", "not_a_date")
    if tag.took_place and tag.dimension != "status":
        yield problem("held", " ".join(tag.took_place), "held_without_status")
    if tag.dimension == "status" and not tag.took_place:
        yield problem("dimension", "status", "status_without_held")


def _problems_of_scope(field: Field, role: str, measure: str, definition: Definition) -> Iterator[TagProblem]:
    """A number without a date or a place in its scope could not be put anywhere."""
    inner = field.path if role == "each" else field.repeat
    scopes = {
        "",
        inner,
        *(repeat.path for repeat in definition.repeats if inner.startswith(repeat.path + "/")),
    }
    asked = {other.tag.dimension for other in definition.fields if other.tag and other.repeat in scopes}
    for dimension in ("date", "place"):
        if dimension not in asked:
            yield TagProblem(field.path, role, measure, f"no_{dimension}")


def _problems_of_cell(
    tag: TallyTag,
    role: str,
    measure: str,
    bands: Sequence[AgeBand],
    problem: Callable[[str, str, str], TagProblem],
) -> Iterator[TagProblem]:
    if tag.sex and tag.sex not in SEXES:
        yield problem("sex", tag.sex, "unknown_sex")
    if tag.reach not in REACHES:
        yield problem("reach", tag.reach, "unknown_reach")
    if tag.unit not in UNITS and MEASURES[measure] == "people":
        yield problem("unit", tag.unit, "unknown_unit")
    if tag.subset and not SUBSET.fullmatch(tag.subset):
        yield problem("subset", tag.subset, "subset_no_word")
    if tag.age:
        yield from _problems_of_age(tag, bands, problem)
    are_people = MEASURES[measure] == "people"
    must_tell = are_people and role == "count" and tag.reach == "direct" and not tag.subset
    for attribute, written in (("sex", tag.sex), ("age", tag.age)):
        if written and not are_people:
            yield problem(attribute, written, "events_have_no_people")
        elif must_tell and not written:
            yield problem(attribute, "", f"{attribute}_missing")


def _problems_of_age(
    tag: TallyTag, bands: Sequence[AgeBand], problem: Callable[[str, str, str], TagProblem]
) -> Iterator[TagProblem]:
    try:
        band = parse_band(tag.age)
    except AgeBandInvalid:
        yield problem("age", tag.age, "age_unreadable")
    else:
        if place(band, bands) is None:
            yield problem("age", tag.age, "age_outside_bands")
