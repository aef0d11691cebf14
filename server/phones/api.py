"""/v1/projects/P/app-users: phones, their tokens and the codes that configure them."""

from typing import Any

from flask import Response

from forms.base.sqlite import Database
from server.base.refusals import AddressUnknown, NotSignedIn
from server.identity import app_users as kept
from server.phones.withdraw import find_phone, remove_phone
from server.web import representation
from server.web.address import phone_address
from server.web.request_path import KEY
from server.web.route import Asking, Resource
from server.web.schema import AppUser, NewAppUser

resource = Resource("app_users", "/v1/projects/<segment:project_id>/app-users")
code = Resource("app_user_code", "/v1/projects/<segment:project_id>/app-user")
PICTURES = {"png": "image/png", "svg": "image/svg+xml; charset=utf-8"}


@resource.get("", may="field_key.list", gives=AppUser(), gives_many=True)
def every(asking: Asking) -> list[dict[str, Any]]:
    """The phones: those in service first, then newest first. A coordinator sees those of their own CSO."""
    told = []
    for user in kept.app_users(asking.db, asking.the_project.id):
        if not asking.reach.covers(user.cso):
            continue
        phone = representation.app_user(user)
        if asking.is_extended:
            phone |= {
                "created_by": representation.actor_with(asking.db, user.creator_id),
                "last_used": user.last_used_at,
            }
        told.append(phone)
    return told


@resource.post("", may="field_key.create", takes=NewAppUser(), gives=AppUser())
def create(asking: Asking) -> dict[str, Any]:
    """Put a phone in service. It sees the forms that are then assigned to it; its token is told this once."""
    body = asking.body
    cso = asking.reach.owner(body["cso"])

    def work(db: Database) -> dict[str, Any]:
        phone_id, token = kept.add_app_user(
            db,
            asking.the_project.id,
            kept.NewPhone(
                display_name=body["display_name"].strip(),
                cso=cso,
                language=body["language"],
                has_every_form=False,
            ),
            creator_id=asking.asker.id,
            now=asking.now,
        )
        asking.audit(db, "field_key.create", account_id=phone_id)
        return representation.app_user(kept.find_app_user(db, phone_id), token=token)

    return asking.write(work)


@resource.delete("/<segment:phone_id>", may="field_key.delete", success=True)
def delete(asking: Asking, phone_id: str) -> None:
    """Withdraw a phone's access and leave it out of the list; what it sent stays."""
    asking.write(lambda db: remove_phone(asking, db, find_phone(asking, db, phone_id)))


@resource.post("/<segment:phone_id>/token", may="field_key.create", gives=AppUser())
def renew(asking: Asking, phone_id: str) -> dict[str, Any]:
    """A new token for a phone, told this once; the old one is dead."""

    def work(db: Database) -> dict[str, Any]:
        phone = find_phone(asking, db, phone_id)
        token = kept.renew_token(db, phone.id, now=asking.now)
        asking.audit(db, "field_key.token.create", account_id=phone.id)
        return representation.app_user(kept.find_app_user(db, phone.id), token=token)

    return asking.write(work)


@code.get("/qr.<segment:picture>", may="own_code.read", gives_media=tuple(PICTURES.values()))
def qr(asking: Asking, picture: str) -> Response:
    """The code that configures ODK Collect, for whoever has the token: asked under /v1/key/TOKEN/."""
    from flask import request

    from server.phones.qr import collect_settings, settings_text
    from server.phones.qr import picture as draw

    token = request.environ.get(KEY) or request.args.get("st", "")
    if picture not in PICTURES:
        raise AddressUnknown
    if not token or asking.asker.account is None:
        raise NotSignedIn
    settings = asking.here.settings
    url = phone_address(settings, token=token, project_id=asking.the_project.id)
    language = asking.asker.account.language or settings.language
    text = settings_text(collect_settings(url, project_name=asking.the_project.name, language=language))
    response = Response(draw(text, picture), content_type=PICTURES[picture])
    response.headers["Cache-Control"] = "no-store"
    return response
