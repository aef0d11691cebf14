"""Making, finding and withdrawing a public link, in the caller's transaction: API and page alike."""

from dataclasses import dataclass

from forms.base.refusal import Refusal
from forms.base.sqlite import Database
from forms.catalogue import definitions
from forms.catalogue.form import Form
from server.base.whole_number import whole_number
from server.identity import public_links as kept
from server.identity.public_links import PublicLinkUnknown
from server.web.route import Asking
from sync.intake.receive import FormUnknown


@dataclass(frozen=True, slots=True)
class WantedLink:
    """What is chosen of a new link."""

    name: str
    cso: str
    """For whoever reaches every CSO; "" for none."""
    language: str
    """Of its page; "" for the server's own."""
    is_once: bool
    """Whether it takes one sheet and no more."""
    token: str = ""
    """Its token, where that is made beforehand; "" for one at random."""


class FormOnPhonesOnly(Refusal):
    """A form of referrals is filled on phones alone, in no browser (`form_id`)."""


def make_link(asking: Asking, db: Database, form: Form, wanted: WantedLink) -> tuple[int, str]:
    """A new link in the caller's transaction; gives its id and token. Raises FormOnPhonesOnly.

    Whoever reaches one CSO alone makes links whose sheets count to that CSO.
    """
    if form.current_definition_id is None:
        raise FormUnknown(form_id=form.xml_form_id)
    if not definitions.is_for_browsers(db, form):
        raise FormOnPhonesOnly(form_id=form.xml_form_id)
    cso = asking.reach.owner(wanted.cso)
    link_id, token = kept.add_link(
        db,
        form,
        kept.NewLink(wanted.name, cso, wanted.language, wanted.is_once, wanted.token),
        creator_id=asking.asker.id,
        now=asking.now,
    )
    asking.audit(db, "public_link.create", account_id=link_id, form_id=form.id)
    return link_id, token


def remove_link(asking: Asking, db: Database, link: kept.PublicLinkRow) -> None:
    """Withdraw a link and leave it out of the list, in the caller's transaction."""
    kept.delete_link(db, link.id, now=asking.now)
    asking.audit(db, "public_link.delete", account_id=link.id)


def find_link(asking: Asking, db: Database, link_id: str) -> kept.PublicLinkRow:
    """A link of the project in the address that the asker may see. Raises PublicLinkUnknown."""
    number = whole_number(link_id)
    if number is None:
        raise PublicLinkUnknown
    link = kept.find_link(db, number)
    if link.project_id != asking.the_project.id or not asking.reach.covers(link.cso):
        raise PublicLinkUnknown
    return link
