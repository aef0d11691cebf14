"""The page of a project's public links: making one, showing its address and code once, withdrawing it."""

from typing import Any

from flask import g, request
from markupsafe import Markup

from forms.base.sqlite import Database
from forms.catalogue import definitions
from forms.catalogue.form import Form
from forms.places import csos
from server.browser.hand_out import WantedLink, find_link, make_link, remove_link
from server.identity import budgets, public_links
from server.identity.accounts import is_token_kept
from server.identity.public_links import PublicLinkRow, PublicLinkUnknown
from server.phones.qr import inline_svg
from server.web.address import address_part, server_address
from server.web.page import given, go, refused, show, token_of_form
from server.web.route import Asking, Resource
from server.words.language import mark, translate

PRIVATE = ("https://", "http://127.0.0.1:", "http://localhost:")
"""Addresses at which browsers keep pages: with https, or of the machine itself."""
resource = Resource("links", "/projects/<segment:project_id>/links")


@resource.get("", may="public_link.list")
def every(asking: Asking) -> str:
    """The links of a project: those in service first."""
    return _page(asking, error="")


@resource.post("", may="public_link.create")
def add(asking: Asking) -> Any:
    """Make a link, and show its address and code this once."""
    name = given("name")[:300]
    language = given("language") if given("language") in asking.here.settings.languages else ""

    def work(db: Database) -> tuple[Form, str] | None:
        form = definitions.find_form(db, asking.the_project.id, given("form"))
        if form is None or not name:
            return None
        is_once = given("once")
        token = token_of_form(asking, form.xml_form_id, name, given("cso"), language, is_once)
        if not is_token_kept(db, token):
            make_link(asking, db, form, WantedLink(name, given("cso"), language, bool(is_once), token))
        return form, token

    made = asking.write(work)
    if made is None:
        error = translate(g.language, mark("Give the link a name and choose a sheet."))
        with asking.again() as again:
            return refused(_page(again, error=error))
    form, token = made
    address = f"{server_address(asking.here.settings)}/f/{address_part(token)}"
    with asking.again() as again:
        return show(
            "link_made.html",
            again,
            project=asking.the_project,
            name=name,
            title=definitions.current_row(again.db, form).title,
            address=address,
            code=Markup(inline_svg(address)),  # noqa: S704  our own drawing
            is_private=address.startswith(PRIVATE),
        )


@resource.post("/<segment:link_id>/revoke", may="public_link.delete")
def revoke(asking: Asking, link_id: str) -> Any:
    """Withdraw a link, at once."""

    def work(db: Database) -> None:
        link = find_link(asking, db, link_id)
        if not link.is_revoked:
            public_links.revoke_link(db, link.id, now=asking.now)
            asking.audit(db, "public_link.session.end", account_id=link.id)

    asking.write(work)
    return go(f"/projects/{asking.the_project.id}/links?withdrawn={link_id}")


@resource.post("/<segment:link_id>/restore", may="public_link.create")
def restore(asking: Asking, link_id: str) -> Any:
    """Let a link work again, by the address that was given out."""

    def work(db: Database) -> None:
        link = find_link(asking, db, link_id)
        if link.is_revoked:
            public_links.restore_link(db, link.id, now=asking.now)
            asking.audit(db, "public_link.session.restore", account_id=link.id)

    asking.write(work)
    return go(f"/projects/{asking.the_project.id}/links?restored={link_id}")


@resource.post("/<segment:link_id>/delete", may="public_link.delete")
def delete(asking: Asking, link_id: str) -> Any:
    """Leave a link out of the list; what came through it stays."""
    asking.write(lambda db: remove_link(asking, db, find_link(asking, db, link_id)))
    return go(f"/projects/{asking.the_project.id}/links")


def _page(asking: Asking, *, error: str) -> str:
    db, project = asking.db, asking.the_project
    offered = [
        (row.title, form.xml_form_id)
        for form, row in definitions.published(db, project.id)
        if definitions.is_for_browsers(db, form) and form.state == "open"
    ]
    titles = {form_id: title for title, form_id in offered}
    settings = asking.here.settings
    spent = budgets.spent_today(db, now=asking.now.astimezone(settings.zone))
    return show(
        "links.html",
        asking,
        error=error,
        withdrawn=_told_of(asking, "withdrawn", is_revoked=True),
        restored=_told_of(asking, "restored", is_revoked=False),
        project=project,
        links=[link for link in public_links.links(db, project.id) if asking.reach.covers(link.cso)],
        forms=sorted(offered),
        titles=titles,
        spent=spent,
        budget=settings.budgets.of(is_link=True),
        chosen=request.args.get("form", ""),
        csos=csos.list_csos(db) if asking.reach.csos is None else [],
        may_add=asking.asker.reach("public_link.create", project.id) is not None,
    )


def _told_of(asking: Asking, option: str, *, is_revoked: bool) -> PublicLinkRow | None:
    """The link of which the page tells what was just done, None where that is so no more."""
    try:
        link = find_link(asking, asking.db, request.args.get(option, ""))
    except PublicLinkUnknown:
        return None
    return link if link.is_revoked == is_revoked else None
