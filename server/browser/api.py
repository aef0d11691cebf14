"""/v1/projects/P/forms/F/public-links: links with which somebody fills a sheet in a browser, without an account."""

from typing import Any

from forms.base.sqlite import Database
from server.browser.hand_out import WantedLink, find_link, make_link, remove_link
from server.identity import public_links as kept
from server.identity.public_links import PublicLinkUnknown
from server.web import representation
from server.web.route import Asking, Resource
from server.web.schema import NewPublicLink, PublicLink

resource = Resource("public_links", "/v1/projects/<segment:project_id>/forms/<segment:form_id>/public-links")


@resource.get("", may="public_link.list", gives=PublicLink(), gives_many=True)
def every(asking: Asking) -> list[dict[str, Any]]:
    """The links to a form: those in service first. A coordinator sees those of their own CSO."""
    db = asking.db
    told = []
    for listed in kept.links(db, asking.the_project.id, form_id=asking.the_form.id):
        if asking.reach.covers(listed.cso):
            link = _shown(listed)
            if asking.is_extended:
                link["created_by"] = representation.actor_with(db, listed.creator_id)
            told.append(link)
    return told


@resource.post("", may="public_link.create", takes=NewPublicLink(), gives=PublicLink())
def create(asking: Asking) -> dict[str, Any]:
    """Make a link to a form; its token is told this once. `once`: it takes one sheet and no more."""
    body = asking.body
    wanted = WantedLink(body["display_name"].strip(), body["cso"], body["language"], body["once"])

    def work(db: Database) -> dict[str, Any]:
        link_id, token = make_link(asking, db, asking.the_form, wanted)
        return _shown(kept.find_link(db, link_id), token=token)

    return asking.write(work)


@resource.delete("/<segment:link_id>", may="public_link.delete", success=True)
def delete(asking: Asking, link_id: str) -> None:
    """Withdraw a link and leave it out of the list; what came through it stays."""

    def work(db: Database) -> None:
        link = find_link(asking, db, link_id)
        if link.form_id != asking.the_form.id:
            raise PublicLinkUnknown
        remove_link(asking, db, link)

    asking.write(work)


def _shown(link: kept.PublicLinkRow, *, token: str = "") -> dict[str, Any]:
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
