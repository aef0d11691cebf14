"""The page of a project's phones: adding a whole team, its A4 sheet of codes to cut, withdrawing one."""

from dataclasses import dataclass, replace
from typing import Any

from flask import g, request
from markupsafe import Markup

from forms.base.digest import md5_of
from forms.base.sqlite import Database
from forms.places import csos
from forms.places.cso_code import CsoCode
from server.identity import app_users
from server.identity.accounts import is_token_kept
from server.identity.app_users import AppUserRow, AppUserUnknown
from server.openrosa.correction_list import list_of
from server.phones.qr import collect_settings, inline_svg, settings_text
from server.phones.withdraw import find_phone, remove_phone
from server.web.address import phone_address
from server.web.page import given, go, refused, show, token_of_form
from server.web.route import Asking, Resource
from server.words.days import day_in_words, day_of
from server.words.language import mark, translate, translate_plural
from sync.intake import notices
from sync.intake.notices import Burden

resource = Resource("phones", "/projects/<segment:project_id>/phones")
MOST_AT_ONCE = 60


@dataclass(frozen=True, slots=True)
class Card:
    """One phone on the sheet to print."""

    name: str
    cso: str
    code: Markup
    address: str


@dataclass(frozen=True, slots=True)
class Line:
    """One phone in the list."""

    phone: AppUserRow
    sent: str
    """The day when it last sent a sheet."""
    seen: str
    """The day when it last asked for its forms."""
    to_correct: str = ""
    """How many sheets its animator has to correct, and since when; "" for none."""
    read: int = 0
    """Of how many of them the request was opened."""
    has_list: bool = True
    """Whether the phone has fetched the list of these sheets as it is now."""


@resource.get("", may="field_key.list")
def phones(asking: Asking) -> str:
    """The phones of a project: those in service first."""
    return _page(asking, error="")


@resource.post("", may="field_key.create")
def add(asking: Asking) -> Any:
    """Put one phone or a whole team in service, one name a line, and show their codes to print."""
    names = [line.strip()[:300] for line in request.form.get("names", "").splitlines() if line.strip()]
    if not names or len(names) > MOST_AT_ONCE:
        message = mark("Write 1 to {most} names, one on each line.")
        with asking.again() as again:
            return refused(_page(again, error=translate(g.language, message, most=MOST_AT_ONCE)))
    cso = asking.reach.owner(given("cso"))
    language = given("language") if given("language") in asking.here.settings.languages else ""

    def work(db: Database) -> list[Card]:
        cards = []
        for place, name in enumerate(names):
            token = token_of_form(asking, str(place), name, cso, language)
            if not is_token_kept(db, token):
                phone_id, _ = app_users.add_app_user(
                    db,
                    asking.the_project.id,
                    app_users.NewPhone(display_name=name, cso=cso, language=language, token=token),
                    creator_id=asking.asker.id,
                    now=asking.now,
                )
                asking.audit(db, "field_key.create", account_id=phone_id)
            cards.append(_card(asking, name, cso, token, language))
        return cards

    return _sheet(asking, asking.write(work))


@resource.post("/renew", may="field_key.create")
def renew(asking: Asking) -> Any:
    """New codes for the phones that are ticked: the old ones are dead."""
    wanted = request.form.getlist("phone")
    if not wanted:
        return go(f"/projects/{asking.the_project.id}/phones")

    def work(db: Database) -> list[Card]:
        cards = []
        for asked in wanted[:MOST_AT_ONCE]:
            phone = find_phone(asking, db, asked)
            token = token_of_form(asking, str(phone.id))
            if not is_token_kept(db, token):
                app_users.renew_token(db, phone.id, now=asking.now, token=token)
                asking.audit(db, "field_key.token.create", account_id=phone.id)
            cards.append(_card(asking, phone.display_name, phone.cso, token, phone.language))
        return cards

    return _sheet(asking, asking.write(work))


@resource.post("/<segment:phone_id>/revoke", may="field_key.delete")
def revoke(asking: Asking, phone_id: str) -> Any:
    """Withdraw a phone's access, at once."""

    def work(db: Database) -> None:
        phone = find_phone(asking, db, phone_id)
        if not phone.is_revoked:
            app_users.revoke_app_user(db, phone.id, now=asking.now)
            asking.audit(db, "field_key.session.end", account_id=phone.id)

    asking.write(work)
    return go(f"/projects/{asking.the_project.id}/phones?withdrawn={phone_id}")


@resource.post("/<segment:phone_id>/restore", may="field_key.create")
def restore(asking: Asking, phone_id: str) -> Any:
    """Give a phone its access back, by the code that it has scanned."""

    def work(db: Database) -> None:
        phone = find_phone(asking, db, phone_id)
        if phone.is_revoked:
            app_users.restore_app_user(db, phone.id, now=asking.now)
            asking.audit(db, "field_key.session.restore", account_id=phone.id)

    asking.write(work)
    return go(f"/projects/{asking.the_project.id}/phones?restored={phone_id}")


@resource.post("/<segment:phone_id>/delete", may="field_key.delete")
def delete(asking: Asking, phone_id: str) -> Any:
    """Leave a phone out of the list; what it sent stays."""
    asking.write(lambda db: remove_phone(asking, db, find_phone(asking, db, phone_id)))
    return go(f"/projects/{asking.the_project.id}/phones")


def _card(asking: Asking, name: str, cso: str, token: str, language: str) -> Card:
    settings = asking.here.settings
    project = asking.the_project
    url = phone_address(settings, token=token, project_id=project.id)
    told = collect_settings(url, project_name=project.name, language=language or settings.language)
    return Card(name, CsoCode(cso).shown, Markup(inline_svg(settings_text(told))), url)  # noqa: S704  our own drawing


def _sheet(asking: Asking, cards: list[Card]) -> str:
    with asking.again() as again:
        return show("phone_cards.html", again, cards=cards, project=asking.the_project)


def _page(asking: Asking, *, error: str) -> str:
    found = [
        user
        for user in app_users.app_users(asking.db, asking.the_project.id)
        if asking.reach.covers(user.cso)
    ]
    search = request.args.get("q", "").strip().casefold()[:100]
    if search:
        found = [
            app_user for app_user in found if search in f"{app_user.display_name} {app_user.cso}".casefold()
        ]
    burdens = notices.burdens(asking.db, asking.the_project.id)
    return show(
        "phones.html",
        asking,
        error=error,
        withdrawn=_told_of(asking, "withdrawn", is_revoked=True),
        restored=_told_of(asking, "restored", is_revoked=False),
        search=search,
        project=asking.the_project,
        phones=[_line(asking, app_user, burdens.get(app_user.id)) for app_user in found],
        csos=csos.list_csos(asking.db) if asking.reach.csos is None else [],
        may_add=asking.asker.reach("field_key.create", asking.the_project.id) is not None,
    )


def _told_of(asking: Asking, option: str, *, is_revoked: bool) -> AppUserRow | None:
    """The phone of which the page tells what was just done, None where that is so no more."""
    try:
        phone = find_phone(asking, asking.db, request.args.get(option, ""))
    except AppUserUnknown:
        return None
    return phone if phone.is_revoked == is_revoked else None


def _line(asking: Asking, phone: AppUserRow, burden: Burden | None) -> Line:
    settings, language = asking.here.settings, str(g.language)

    def day(moment: str | None) -> str:
        return day_in_words(language, day_of(moment, settings.zone), "d MMM y") or "–"

    line = Line(phone, day(phone.last_used_at), day(phone.last_seen_at))
    if burden is None:
        return line
    count = translate_plural(language, "{count} sheet to correct", "{count} sheets to correct", burden.sheets)
    since = translate(language, "since {day}", day=day(burden.asked_at))
    return replace(
        line,
        to_correct=f"{count} · {since}",
        read=burden.read,
        has_list=_has_list(asking, phone),
    )


def _has_list(asking: Asking, phone: AppUserRow) -> bool:
    """Whether a phone has fetched the list of its sheets to correct as it is now."""
    if not phone.list_md5 or phone.is_revoked:
        return False
    settings = asking.here.settings
    language = phone.language or settings.language
    return phone.list_md5 == md5_of(list_of(asking.db, phone.project_id, phone.id, language, settings))
