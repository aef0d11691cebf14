"""What a confidential form may not ask of the phones that fill it, and not count (domain page § 11). Pure."""

from forms.base.refusal import Refusal
from forms.definition.definition import Definition
from forms.definition.tally_tag import CONFIDENTIAL_MEASURES


class ConfidentialStaysOnPhones(Refusal):
    """A confidential form asks phones to keep what was received (`form_id`)."""


class ConfidentialCountsOpenly(Refusal):
    """A confidential form counts what is shown down to one sheet (`form_id`, `measures`, `allowed`)."""


def refuse_open_counts(definition: Definition) -> None:
    """Raise ConfidentialCountsOpenly where a confidential form counts what no table hides when it is small."""
    if not definition.is_confidential:
        return
    tags = [field.tag for field in definition.fields if field.tag]
    counted = {name for tag in tags for name in (tag.count, tag.each, tag.event)} - {""}
    counted -= CONFIDENTIAL_MEASURES
    if counted:
        raise ConfidentialCountsOpenly(
            form_id=definition.form_id,
            measures=", ".join(sorted(counted)),
            allowed=", ".join(sorted(CONFIDENTIAL_MEASURES)),
        )


def refuse_what_stays(definition: Definition) -> None:
    """Raise ConfidentialStaysOnPhones: a referral is wiped from the phone as soon as the server has it."""
    if definition.is_confidential and definition.stays_on_phones:
        raise ConfidentialStaysOnPhones(form_id=definition.form_id)
