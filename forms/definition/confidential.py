"""What a confidential form may ask and count, and how every form is counted that is none (domain page § 11). Pure.

Whether a form is confidential is asked in one place: a definition that was published says what its form is, whatever
that version itself says (`as_kept`), and a form that was confidential once stays so.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from forms.base.refusal import Refusal
from forms.definition.definition import Definition, Field, TagProblem, TallyTag
from forms.definition.tally_tag import CONFIDENTIAL_MEASURES, DECLARED, ROLES

COUNTING = tuple(role for role in ROLES if role != "dimension")


class ConfidentialStaysOnPhones(Refusal):
    """A confidential form asks phones to keep what was received (`form_id`)."""


class ConfidentialCountsOpenly(Refusal):
    """A confidential form counts what is shown down to one sheet (`form_id`, `measures`, `allowed`)."""


class ConfidentialAsksFiles(Refusal):
    """A confidential form asks for pictures, sounds or other files (`form_id`, `questions`)."""


class ConfidentialMarkMissing(Refusal):
    """A new version of a confidential form does not say that it is confidential (`form_id`)."""


def refuse_unfit(definition: Definition) -> None:
    """Refuse a confidential form that phones would keep, that is counted openly, or that asks for pictures.

    Raises ConfidentialStaysOnPhones, ConfidentialCountsOpenly or ConfidentialAsksFiles.
    """
    if not definition.is_confidential:
        return
    if definition.stays_on_phones:  # a referral is wiped from the phone as soon as the server has it
        raise ConfidentialStaysOnPhones(form_id=definition.form_id)
    counted = {_measure(field.tag) for field in definition.fields if field.tag} - {""} - CONFIDENTIAL_MEASURES
    if counted:
        raise ConfidentialCountsOpenly(
            form_id=definition.form_id,
            measures=", ".join(sorted(counted)),
            allowed=", ".join(sorted(CONFIDENTIAL_MEASURES)),
        )
    files = tuple(field.path for field in definition.fields if field.kind == "binary")
    if files:
        raise ConfidentialAsksFiles(form_id=definition.form_id, questions=files)


def refuse_lost_mark(definition: Definition, *, was_confidential: bool) -> None:
    """Raise ConfidentialMarkMissing for an open version of a confidential form: phones would fill it as any other."""
    if was_confidential and not definition.is_confidential:
        raise ConfidentialMarkMissing(form_id=definition.form_id)


def problems_of_open_counts(definition: Definition) -> Iterator[TagProblem]:
    """What an open form counts that only a confidential one may: cases of survivors."""
    if not definition.is_confidential:
        for field in definition.fields:
            if field.tag is not None:
                for role in COUNTING:
                    if getattr(field.tag, role) in CONFIDENTIAL_MEASURES:
                        yield TagProblem(field.path, role, getattr(field.tag, role), "confidential_alone")


def as_kept(definition: Definition, *, is_confidential: bool) -> Definition:
    """A published definition as it counts today, whatever its version allowed when it was published.

    A confidential form counts cases alone; what an open one declared of them is a measure of its own
    (domain page § 6.1).
    """
    is_confidential = is_confidential or definition.is_confidential
    fields = tuple(_as_kept(field, is_confidential=is_confidential) for field in definition.fields)
    return replace(definition, is_confidential=is_confidential, fields=fields)


def _as_kept(field: Field, *, is_confidential: bool) -> Field:
    tag = field.tag
    if tag is None or tag.dimension:
        return field
    measure = _measure(tag)
    if is_confidential:
        return field if measure in CONFIDENTIAL_MEASURES else replace(field, tag=None)
    changed: dict[str, Any] = {
        role: DECLARED[measure] for role in COUNTING if getattr(tag, role) and measure in DECLARED
    }
    return replace(field, tag=replace(tag, **changed)) if changed else field


def _measure(tag: TallyTag) -> str:
    """What a tag counts, "" for one that only says what is counted."""
    return tag.count or tag.each or tag.event or tag.total
