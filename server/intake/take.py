"""Takes a sheet from whoever may send it: phones, programs and browsers alike."""

from datetime import datetime

from flask import request

from forms.base.refusal import Refusal
from forms.base.sqlite import Database
from forms.catalogue import definitions
from forms.catalogue.form import Form
from forms.places.cso_code import NO_CSO, CsoCode
from server.base import clock
from server.base.refusals import (
    ParameterInvalid,
    RequestUnreadable,
    RightMissing,
)
from server.identity import budgets, public_links
from server.intake.body import BodyTooLarge, read_body, read_content
from server.web.access import Asker
from server.web.edge import edge
from server.web.route import Asking
from sync.instance.envelope import Envelope, Receipt
from sync.instance.instance import Instance
from sync.intake import submissions
from sync.intake.receive import EditOutdated, receive
from sync.lists import submission_lists
from sync.lists.selection import Selection
from sync.lists.submission_lists import Found

XML_TYPES = ("application/xml", "text/xml")
KNOWN = ("resent", "conflict")
"""What becomes of a sheet whose instanceID is there already: it is no further one of the day."""


class FormNotGiven(Refusal):
    """The phone, or the person, was not given this form (`form_id`)."""


class EditWithoutDeprecatedId(Refusal):
    """An edit must name the version that it replaces (Central 400.19)."""


class InstanceIdExists(Refusal):
    """A submission with this instanceID is there already (`instance_id`; Central 409.3)."""


def take_within_budget(asking: Asker, project_id: int, envelope: Envelope, *, now: datetime) -> Receipt:
    """Take a sheet in a transaction of its own. What a phone or link sends is counted, refused or not: it was written.

    Raises BudgetSpent, and what `take_sheet` raises.
    """
    here = edge()
    size = len(envelope.xml) + sum(part.blob.size for part in envelope.parts)
    today = now.astimezone(here.settings.zone)

    def work(db: Database) -> Receipt:
        if not asking.is_phone or asking.id is None:
            return take_sheet(db, asking, project_id, envelope, now=now)
        receipt = take_sheet(db, asking, project_id, envelope, now=now)
        is_new = receipt.outcome not in KNOWN
        budget = here.settings.budgets.of(is_link=asking.is_link)
        budgets.refuse_overspent(db, asking.id, budget, sheets=int(is_new), size=0, now=today)
        budgets.spend(db, asking.id, sheets=int(is_new), size=size, now=today)
        return receipt

    try:
        return here.storage.write(work)
    except Refusal:
        key = asking.id
        if asking.is_phone and key is not None and envelope.parts:
            here.storage.write(lambda db: budgets.spend(db, key, sheets=0, size=size, now=today))
        raise


def refuse_large(asking: Asker, *, now: datetime) -> None:
    """Refuse a body that is more than a phone or link may still send today, before it is read. Raises BudgetSpent."""
    here = edge()
    if asking.is_phone and asking.id is not None:
        budget, today = here.settings.budgets.of(is_link=asking.is_link), now.astimezone(here.settings.zone)
        with here.storage.reading() as db:
            budgets.refuse_overspent(
                db, asking.id, budget, sheets=0, size=request.content_length or 1, now=today
            )


def _is_known(db: Database, project_id: int, instance: Instance) -> bool:
    form = definitions.find_form(db, project_id, instance.form_id)
    return form is not None and submissions.find_version(db, form.id, instance.instance_id) is not None


def take_sheet(db: Database, asking: Asker, project_id: int, envelope: Envelope, *, now: datetime) -> Receipt:
    """Take a sheet from whoever may send it: a public link brings new sheets, and none that correct another.

    Raises RightMissing, and what `sync.intake.receive.receive` and `public_links.admit_sheet` raise.
    """
    instance = envelope.instance
    if instance.deprecated_id and not asking.is_phone:
        form = definitions.find_form(db, project_id, instance.form_id)
        if form is not None:
            _refuse_correction_of_others(db, asking, form, instance.deprecated_id)
    if asking.is_link and asking.account:
        is_known = _is_known(db, project_id, instance)
        public_links.admit_sheet(
            db, asking.account.id, is_known=is_known, is_edit=bool(instance.deprecated_id)
        )
    receipt = receive(db, project_id, envelope, now=now)
    if asking.is_link and asking.account and receipt.outcome == "created":
        public_links.note_sheet(db, asking.account.id, now=now)
    return receipt


def _refuse_correction_of_others(db: Database, asking: Asker, form: Form, instance_id: str) -> None:
    """A person corrects what they may correct, of the CSO that they reach. Raises RightMissing."""
    reach = asking.reach("submission.update", form.project_id, form)
    if reach is None:
        raise RightMissing
    if (
        reach.csos is not None
        and submission_lists.find(db, Selection(form.id, reach.csos), instance_id) is None
    ):
        raise RightMissing


def own_cso(asking: Asker, project_id: int, form: Form | None) -> CsoCode:
    """The CSO that what somebody sends counts to: a phone's or a link's, or the only one that they reach.

    Raises FormNotGiven or RightMissing for whoever may not send it; "" where there is no such form.
    """
    if form is None:
        return NO_CSO
    reach = asking.reach("submission.create", project_id, form)
    if reach is None:
        raise FormNotGiven(form_id=form.xml_form_id)
    return CsoCode(asking.account.cso if asking.is_phone and asking.account else reach.owner())


def read_envelope(asking: Asker, *, cso: str = "", is_from_phone: bool = False) -> Envelope:
    """What the request carries: the instance read, every file on the disk. No lock is held meanwhile.

    `is_from_phone` is for what Collect sends: a program learns at once that its edit was overtaken, and holds it still.
    """
    here = edge()
    limits = here.settings.uploads
    if (request.content_length or 0) > limits.max_body_bytes:
        raise BodyTooLarge(limit=limits.max_body_bytes, name="")
    refuse_large(asking, now=clock.now())
    xml, parts = read_body(request.stream, request.content_type or "", here.blobs, limits=limits)
    if asking.is_phone and asking.account:
        cso = asking.account.cso
    device_id, user_agent = request.args.get("deviceID", ""), request.headers.get("User-Agent", "")
    envelope = Envelope(
        xml, parts, device_id, user_agent, asking.id, CsoCode(cso), is_from_phone=is_from_phone
    )
    envelope.instance  # noqa: B018  read, and refused if need be, before the writer's turn is taken
    return envelope


def read_alone(asking: Asking) -> Envelope:
    """The sheet in the request's body, read before the writer's turn is taken."""
    if request.mimetype not in ("", *XML_TYPES, "application/octet-stream"):
        raise RequestUnreadable(reason=request.mimetype)
    xml_bytes = read_content(asking.here.settings.uploads.max_xml_bytes)
    account = asking.asker.account
    is_phone = account is not None and asking.asker.is_phone
    envelope = Envelope(
        xml_bytes,
        device_id=asking.query["device_id"],
        user_agent=request.headers.get("User-Agent", ""),
        submitter_id=asking.asker.id,
        cso=CsoCode(account.cso if account and is_phone else asking.reach.owner()),
    )
    envelope.instance  # noqa: B018  read, and refused if need be, before the writer's turn is taken
    return envelope


def refuse_other_form(asking: Asking, envelope: Envelope) -> None:
    """Raise ParameterInvalid where the sheet is of another form than the address says."""
    given, wanted = envelope.instance.form_id, asking.the_form.xml_form_id
    if given != wanted:
        raise ParameterInvalid(parameter="form ID (xmlFormId)", value=given, allowed=(wanted,))


def refuse_other_submission(asking: Asking, db: Database, found: Found, instance: Instance) -> None:
    """Raise EditOutdated where what a correction replaces is no version of the submission in the address."""
    before = submissions.find_version(db, asking.the_form.id, instance.deprecated_id)
    if before is None or before.submission_id != found.id:
        raise EditOutdated(instance_id=instance.instance_id, deprecated_id=instance.deprecated_id)
