"""/v1/projects/P/forms/F/public-links: links with which somebody fills a sheet in a browser, without an account."""

from typing import Any

from forms.base.sqlite import Database
from forms.catalogue import definitions
from forms.catalogue.form import Form
from server.base.refusals import FormOnPhonesOnly
from server.base.whole_number import whole_number
from server.identity import public_links as kept
from server.identity.public_links import PublicLinkUnknown
from server.web import representation
from server.web.route import Asking, Resource
from server.web.schema import NewPublicLink, PublicLink
from sync.intake.receive import FormUnknown

resource = Resource("public_links", "/v1/projects/<segment:project_id>/forms/<segment:form_id>/public-links")


@resource.get("", may="public_link.list", gives=PublicLink(), gives_many=True)
def every(asking: Asking) -> list[dict[str, Any]]:
    """The links to a form: those in service first. A coordinator sees those of their own CSO."""
    db = asking.db
    told = []
    for each in kept.links(db, asking.the_project.id, form_id=asking.the_form.id):
        if asking.reach.covers(each.cso):
            link = _shown(each)
            if asking.is_extended:
                link["created_by"] = representation.actor_with(db, each.creator_id)
            told.append(link)
    return told


@resource.post("", may="public_link.create", takes=NewPublicLink(), gives=PublicLink())
def create(asking: Asking) -> dict[str, Any]:
    """Make a link to a form; its token is told this once. `once`: it takes one sheet and no more."""
    body = asking.body

    def work(db: Database) -> dict[str, Any]:
        link_id, token = make(
            asking,
            db,
            asking.the_form,
            name=body["display_name"].strip(),
            cso=body["cso"],
            language=body["language"],
            is_once=body["once"],
        )
        return _shown(kept.find_link(db, link_id), token=token)

    return asking.write(work)


@resource.delete("/<segment:link_id>", may="public_link.delete", success=True)
def delete(asking: Asking, link_id: str) -> None:
    """Withdraw a link and leave it out of the list; what came through it stays."""

    def work(db: Database) -> None:
        link = find(asking, db, link_id)
        if link.form_id != asking.the_form.id:
            raise PublicLinkUnknown
        remove(asking, db, link)

    asking.write(work)


def make(
    asking: Asking, db: Database, form: Form, *, name: str, cso: str, language: str, is_once: bool
) -> tuple[int, str]:
    """A new link in the caller's transaction; gives its id and token. Raises FormOnPhonesOnly.

    Whoever reaches one CSO alone makes links whose sheets count to that CSO.
    """
    if form.current_definition_id is None:
        raise FormUnknown(form_id=form.xml_form_id)
    if not definitions.is_for_browsers(db, form):
        raise FormOnPhonesOnly(form_id=form.xml_form_id)
    cso = asking.reach.owner(cso)
    link_id, token = kept.add_link(
        db,
        form,
        display_name=name,
        cso=cso,
        language=language,
        is_once=is_once,
        creator_id=asking.asker.id,
        now=asking.now,
    )
    asking.audit(db, "public_link.create", account_id=link_id, form_id=form.id)
    return link_id, token


def remove(asking: Asking, db: Database, link: kept.PublicLink) -> None:
    """Withdraw a link and leave it out of the list, in the caller's transaction."""
    kept.delete_link(db, link.id, now=asking.now)
    asking.audit(db, "public_link.delete", account_id=link.id)


def find(asking: Asking, db: Database, link_id: str) -> kept.PublicLink:
    """A link of the project in the address that the asker may see. Raises PublicLinkUnknown."""
    number = whole_number(link_id)
    if number is None:
        raise PublicLinkUnknown
    link = kept.find_link(db, number)
    if link.project_id != asking.the_project.id or not asking.reach.covers(link.cso):
        raise PublicLinkUnknown
    return link


def _shown(link: kept.PublicLink, *, token: str = "") -> dict[str, Any]:
    return {
        "id": link.id,
        "type": kept.KIND,
        "display_name": link.display_name,
        "token": token or link.token_hint or None,
        "once": link.is_once,
        "cso": link.cso,
        "language": link.language,
        "created_at": link.created_at,
        "updated_at": link.updated_at,
        "deleted_at": None,
    }
