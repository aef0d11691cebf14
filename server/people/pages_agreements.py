"""The page of what waits for a second person: whoever may agrees or refuses, whoever asked takes it back."""

from typing import Any

from flask import g

from forms.base.refusal import Refusal
from forms.base.sqlite import Database
from server.base.refusals import RightMissing
from server.base.whole_number import whole_number
from server.identity import accounts, agreements
from server.identity.agreement import SHARED_ROLE, RequestUnknown, asker_in_words, wish_in_words
from server.people import agreeing
from server.people.administer import by
from server.web.address import server_address
from server.web.page import go, refused, show
from server.web.problem import sentence
from server.web.route import SIGNED_IN, Asking, Resource

resource = Resource("agreements", "/agreements")


@resource.get("", may=SIGNED_IN)
def waiting(asking: Asking) -> str:
    """What waits for a second person, for administrators and case managers."""
    return _page(asking)


@resource.post("/<segment:number>/agree", may=SIGNED_IN)
def agree(asking: Asking, number: str) -> Any:
    """Agree, so that it is done; a link to hand over is shown this once."""
    return _decide(asking, lambda db: agreeing.agree(db, _number(number), by(asking)))


@resource.post("/<segment:number>/refuse", may=SIGNED_IN)
def refuse(asking: Asking, number: str) -> Any:
    """Refuse, or take back what one asked oneself."""
    return _decide(asking, lambda db: agreeing.refuse(db, _number(number), by(asking)))


@resource.post("/<segment:number>/dismiss", may=SIGNED_IN)
def dismiss(asking: Asking, number: str) -> Any:
    """A case manager has read what was done with accounts that read referrals."""
    account_id = asking.asker.id or 0
    asking.write(lambda db: agreements.dismiss_notice(db, account_id, _number(number), now=asking.now))
    return go("/")


def _decide(asking: Asking, work: Any) -> Any:
    _let_in(asking)
    try:
        token = asking.write(work)
    except Refusal as refusal:
        with asking.again() as again:
            return refused(_page(again, error=sentence(refusal, g.language)))
    if token is None:
        return go("/agreements")
    with asking.again() as again:
        return _page(again, link=f"{server_address(asking.here.settings)}/invitation/{token}")


def _page(asking: Asking, *, error: str = "", link: str = "") -> str:
    _let_in(asking)
    db: Database = asking.db
    names, language = accounts.names_of(db), g.language
    return show(
        "agreements.html",
        asking,
        error=error,
        link=link,
        requests=[
            {
                "id": request.id,
                "wish": wish_in_words(request.wish, names, language),
                "asker": asker_in_words(request, names, language),
                "asked_at": request.asked_at,
                "is_mine": request.asker_id == asking.asker.id,
                "may_agree": asking.asker.id
                in (others := agreements.seconds(db, request.asker_id, now=asking.now)),
                "others": sorted(names[key] for key in others),
            }
            for request in agreements.waiting_requests(db, now=asking.now)
        ],
    )


def _let_in(asking: Asking) -> None:
    roles = {given.role for given in asking.asker.assignments}
    if not roles & {"admin", SHARED_ROLE}:
        raise RightMissing


def _number(written: str) -> int:
    number = whole_number(written)
    if number is None:
        raise RequestUnknown(number=written)
    return number
