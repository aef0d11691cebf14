"""The pages on which a sheet is filled in a browser: by whoever has a public link, and by people of the project."""

from typing import Any

from flask import Response, g, make_response, render_template, request

from forms.base.sqlite import Database
from forms.catalogue import definitions
from forms.catalogue.form import Form
from forms.places.projects import find_project
from server.base.refusals import FormNotOffered
from server.browser.engine import WORKER, assets, form_in_words, open_policy, script
from server.browser.hand_out import FormOnPhonesOnly
from server.identity import budgets, public_links
from server.identity.accounts import Account
from server.identity.public_links import PublicLinkUnknown
from server.web.address import address_part
from server.web.edge import edge
from server.web.page import show
from server.web.request_path import KEY
from server.web.route import ANYONE, Asking, Resource
from sync.intake.receive import FormUnknown

link = Resource("filling_with_link", "/f")
resource = Resource("filling", "/projects/<segment:project_id>/fill")


@link.get("", may=ANYONE)
def with_link(asking: Asking) -> Response:
    """The page of a public link; one that was withdrawn or used says so, and still shows what waits on the device."""
    open_policy()
    db, account = asking.db, asking.asker.account
    token = request.environ.get(KEY, "")
    told: dict[str, Any] | None = None
    trouble = "withdrawn"
    found = _link(db, account)
    if found is not None and account is not None:
        form = definitions.find_form_by_key(db, found.form_id)
        project = find_project(db, found.project_id)
        if not found.is_open:
            trouble = "used"
        elif form is None or project is None or not _is_offered(form):
            trouble = "closed"
        else:
            told = _form(db, form, token=token)
            here, today = edge().settings, asking.now.astimezone(edge().settings.zone)
            if budgets.spent_of(db, account.id, now=today).is_over(here.budgets.of(is_link=True)):
                trouble = "spent"
    page = render_template(
        "fill.html",
        language=g.language,
        languages=edge().settings.languages,
        name=account.display_name if found and account else "",
        form=told,
        trouble=trouble,
        script=script("fill"),
        told={
            "owner": f"/f/{address_part(token)}",  # a link that was withdrawn still shows what waits here
            "here": f"/f/{address_part(token)}",
            "send": f"/v1/key/{address_part(token)}/projects/{found.project_id if found else 0}/submission",
            "csrf": "",
            "username": account.display_name if found and account else "",
            "isOnce": found.is_once if found else False,
        },
        worker=WORKER,
        assets=[script("fill"), *assets()],
    )
    response = make_response(page, 200 if told else 404)
    response.headers["Cache-Control"] = "no-store"
    return response


@resource.get("", may="submission.create")
def forms(asking: Asking) -> str:
    """The sheets that the asker may fill here."""
    db = asking.db
    offered = [
        (row.title, f"/projects/{form.project_id}/fill/{address_part(form.xml_form_id)}")
        for form, row in definitions.published(db, asking.the_project.id)
        if _is_offered(form)
        and definitions.is_for_browsers(db, form)
        and asking.asker.reach("submission.create", form.project_id, form) is not None
    ]
    may_give_links = asking.asker.reach("public_link.list", asking.the_project.id) is not None
    return show(
        "fill_forms.html",
        asking,
        project=asking.the_project,
        forms=sorted(offered),
        may_give_links=may_give_links,
    )


@resource.get("/<segment:form_id>", may="submission.create")
def with_account(asking: Asking) -> str:
    """One sheet to fill, by somebody who is signed in. Raises FormOnPhonesOnly, FormNotOffered."""
    form, account = asking.the_form, asking.asker.account
    if form.current_definition_id is None:
        raise FormUnknown(form_id=form.xml_form_id)
    if not definitions.is_for_browsers(asking.db, form):
        raise FormOnPhonesOnly(form_id=form.xml_form_id)
    if not _is_offered(form):
        raise FormNotOffered(form_id=form.xml_form_id)
    open_policy()
    return show(
        "fill.html",
        asking,
        project=asking.the_project,
        name="",
        form=_form(asking.db, form),
        trouble="",
        script=script("fill"),
        told={
            "owner": asking.asker.id,
            "here": f"/projects/{form.project_id}/fill/{address_part(form.xml_form_id)}",
            "send": f"/v1/projects/{form.project_id}/submission",
            "csrf": asking.asker.session.csrf if asking.asker.session else "",
            "username": account.display_name if account else "",
            "isOnce": False,
        },
        worker=WORKER,
        assets=[script("fill"), *assets()],
    )


def _link(db: Database, account: Account | None) -> public_links.PublicLinkRow | None:
    if account is None or account.kind != public_links.KIND:
        return None
    try:
        return public_links.find_link(db, account.id)
    except PublicLinkUnknown:
        return None


def _is_offered(form: Form) -> bool:
    return form.state == "open" and form.deleted_at is None and form.current_definition_id is not None


def _form(db: Database, form: Form, *, token: str = "") -> dict[str, Any]:
    return form_in_words(db, form, definitions.current_row(db, form), token=token)
