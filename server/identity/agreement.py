"""One thing that an administrator may not do alone: what is asked, by whom, and who agreed.

Whoever reads referrals (a case manager) is named, and given back an account, by two people (domain page § 11).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forms.base.refusal import Refusal
from forms.places.cso_code import CsoCode
from server.words.language import mark, translate

SHARED_ROLE = "case-manager"
"""The role that nobody gives or takes over alone."""
ROLE, LINK, CHANGE, ENABLE = "role", "link", "change", "enable"
"""Kinds of request: give the role; a new link for a password; change name, address or CSO; open the account again."""
SENTENCES: Mapping[str, str] = {
    ROLE: mark("{whom} is to become case manager for {cso}"),
    LINK: mark("{whom}, case manager for {cso}, is to get a new link to choose a password"),
    CHANGE: mark("the account of {whom}, case manager for {cso}, is to be changed: {changes}"),
    ENABLE: mark("{whom}, case manager for {cso}, is to be let in again"),
}
NAMES: Mapping[str, str] = {
    "email": mark("Email address"),
    "cso": mark("CSO"),
    "display_name": mark("Name"),
    "language": mark("Language"),
}
"""What of an account is changed."""
AGREED, REFUSED, WITHDRAWN = "agreed", "refused", "withdrawn"


class SecondPersonNeeded(Refusal):
    """Nothing was done: somebody else has to agree first (`number` of the request)."""


class RequestUnknown(Refusal):
    """No such request waits: it was decided on, is too old, or never was one (`number`)."""


class NotTheSecond(Refusal):
    """Whoever agrees is the one who asked, or was given their own account by them a short while ago."""


class RequestStale(Refusal):
    """The account is another than when it was asked for (`number`): its address or its CSO was changed meanwhile."""


class OthersMayAgree(Refusal):
    """The command line agrees by itself only where nobody else can (`number`)."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to be done."""

    kind: str
    account_id: int
    """Whom it is about."""
    details: Mapping[str, Any]
    """`project_id` and `form_id` of a role, `changes` of a change, and what the account was: `email`, `cso`."""


@dataclass(frozen=True, slots=True)
class PowerRequest:
    """A wish, and what became of it."""

    id: int
    wish: Wish
    asker_id: int | None
    """None for the command line."""
    asked_at: str
    outcome: str
    """"" while it waits."""
    decider_id: int | None
    """None for the command line, and while it waits."""
    decided_at: str | None


def wish_in_words(wish: Wish, names: Mapping[int, str], language: str) -> str:
    """What is asked, as a sentence without its stop; `names` are those of the accounts."""
    changes = wish.details.get("changes", {})
    whom = names.get(wish.account_id, "–")
    return translate(
        language,
        SENTENCES[wish.kind],
        whom=whom if wish.details["email"] == whom else f"{whom} ({wish.details['email']})",
        cso=CsoCode(wish.details["cso"]).shown or "–",
        changes=", ".join(
            f"{translate(language, NAMES[name])} → {value}" for name, value in sorted(changes.items())
        ),
    )


def deed_in_words(request: PowerRequest, names: Mapping[int, str], language: str) -> str:
    """What was done, for those concerned: by whom it was asked, and who agreed."""
    by_machine = mark(
        "{asker} asked for it, and the command line of the server agreed without a second person: {wish}."
    )
    by_two = mark("{asker} asked for it and {decider} agreed: {wish}.")
    return translate(
        language,
        by_machine if request.decider_id is None else by_two,
        asker=asker_in_words(request, names, language),
        decider=names.get(request.decider_id or 0, "–"),
        wish=wish_in_words(request.wish, names, language),
    )


def asker_in_words(request: PowerRequest, names: Mapping[int, str], language: str) -> str:
    """Who asked: a person, or whoever sat at the machine."""
    if request.asker_id is None:
        return translate(language, mark("The command line"))
    return names.get(request.asker_id, "–")
