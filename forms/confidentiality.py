"""What a confidential form may not ask of the phones that fill it (domain page § 11). Pure."""

from forms.definition import Definition
from forms.refusal import Refusal


class ConfidentialStaysOnPhones(Refusal):
    """A confidential form asks phones to keep what was received (`form_id`)."""


def refuse_what_stays(definition: Definition) -> None:
    """Raise ConfidentialStaysOnPhones: a referral is wiped from the phone as soon as the server has it."""
    if definition.is_confidential and definition.stays_on_phones:
        raise ConfidentialStaysOnPhones(form_id=definition.form_id)
