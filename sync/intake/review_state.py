"""The review states of a submission (ODK Central's words; French in domain terms: reçue, modifiée …)."""

from forms.base.refusal import Refusal

STATES = ("edited", "hasIssues", "approved", "rejected")
"""None stands for received: it is no word of its own in Central's API."""


class ReviewStateUnknown(Refusal):
    """The word is no review state."""


def review_state(word: str | None) -> str | None:
    """The state as it is kept. Raises ReviewStateUnknown."""
    if word is not None and word not in STATES:
        raise ReviewStateUnknown(state=word, allowed=STATES)
    return word
