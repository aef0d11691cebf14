"""The journey of one submission: an envelope in, a receipt out, everything in the caller's transaction.

When the caller's transaction is on the disk the phone may be told 201: raw XML, flat rows, attachments,
the number in the change feed and the audit line are there together, or none of them is.
"""

from dataclasses import dataclass
from datetime import datetime

from forms.base.by import By
from forms.base.refusal import Refusal
from forms.base.sqlite import Database
from forms.catalogue.definitions import find_definition, find_form, layout_of, load_definition, table_names
from forms.catalogue.form import DefinitionRow, Form
from forms.definition.definition import Definition
from forms.places.cso_code import NO_CSO, CsoCode
from sync import audits, changes
from sync.audits import About
from sync.counting.schemes import scheme_in_use
from sync.counting.summary import summary
from sync.instance.envelope import Envelope, Receipt
from sync.instance.instance import Instance, answer_at, files_named, scopes, with_identity
from sync.instance.row import flatten
from sync.intake import attachments, conflicts, notices, rows, submissions, summaries
from sync.intake.conflicts import Kept
from sync.intake.submissions import Version


class FormUnknown(Refusal):
    """The project has no such form, or it was never published."""


class FormVersionUnknown(Refusal):
    """The form was never published in this version."""


class FormClosed(Refusal):
    """The form takes no submissions any more."""


class InstanceConflict(Refusal):
    """Another content is stored under this instanceID (409.1); the new one was kept aside."""


class InstanceIdTaken(Refusal):
    """An edit's new instanceID names another submission of the form already (409.3)."""


class DeprecatedIdUnknown(Refusal):
    """The sheet that an edit replaces is not here (404.5)."""


class SheetOfOthers(Refusal):
    """The sheet is another organisation's than the phone or the person that sends another content of it."""


class EditOutdated(Refusal):
    """The version that an edit replaces is no longer the current one (409.9)."""


class OfficeEditHere(Refusal):
    """Somebody in the office replaced the version that a phone's edit was made from (409.9); the edit was kept."""


class NewerEditHere(Refusal):
    """Another edit of the phones replaced the version that this one was made from (409.9); it was kept."""


class NoticeForPhones(Refusal):
    """The form only tells phones something (`form_id`): a program or a person has nothing to send by it."""


class SubmissionDeleted(Refusal):
    """The submission was deleted on the server (409.18)."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One envelope on its way in, the form that it is for, and when it came: what every step looks at."""

    envelope: Envelope
    form: Form
    published: DefinitionRow | None
    """The form's version that it was filled with; None where the form was never published in it."""
    definition: Definition | None
    """What that version asks and counts."""
    now: datetime

    @property
    def instance(self) -> Instance:
        """What was answered."""
        return self.envelope.instance

    @property
    def instance_id(self) -> str:
        """The instanceID that it carries."""
        return self.envelope.instance.instance_id


def receive(db: Database, project_id: int, envelope: Envelope, *, now: datetime) -> Receipt:
    """Take an envelope: a first sending, a resend, more files, or an edit.

    A resend of the same bytes adds the files that were missing and changes nothing else. Other bytes
    under a known instanceID are kept aside, and so is a phone's edit of a version that was replaced meanwhile:
    then the receipt carries the refusal. What a notice sends is no sheet.

    Raises FormUnknown, FormClosed, FormVersionUnknown, DeprecatedIdUnknown, EditOutdated, InstanceIdTaken,
    NoticeForPhones, SheetOfOthers, SubmissionDeleted, and what `Envelope.instance` raises.
    """
    form = find_form(db, project_id, envelope.instance.form_id)
    if form is None or form.current_definition_id is None:
        raise FormUnknown(form_id=envelope.instance.form_id)
    arrival = _arrival(db, envelope, form, now)
    known = submissions.find_version(db, form.id, arrival.instance_id)
    if known:
        return _take_again(db, arrival, known)
    if form.state == "closed":
        raise FormClosed(form_id=form.xml_form_id)
    if _definition(arrival).is_notice:
        return _note_receipt(db, arrival)
    if arrival.instance.deprecated_id:
        return _edit(db, arrival)
    return _create(db, arrival)


def take_over(
    db: Database, kept: Kept, *, form: Form, instance_id: str, actor_id: int | None, now: datetime
) -> Receipt | None:
    """Let what was put aside of a sheet become its current version after all, on somebody's decision.

    It goes the way of an edit: the versions before it stay, the sheet is to be decided on again. Another content of a
    known sheet is given `instance_id`, its own being taken; the bytes as they came stay with what was kept.
    None where it was settled before. Raises FormVersionUnknown or SubmissionDeleted.
    """
    current, current_id = submissions.current_version(db, kept.submission_id)
    if current.is_deleted:
        raise SubmissionDeleted(instance_id=current_id)
    if not conflicts.resolve(db, kept.id, "used", actor_id=actor_id, now=now):
        return None
    xml = kept.xml
    if kept.kind == conflicts.CONFLICT:
        xml = with_identity(xml, instance_id=instance_id, deprecated_id=current_id)
    files = conflicts.files_of(db, kept.id)
    envelope = Envelope(xml, files, kept.device_id, kept.user_agent, kept.submitter_id, kept.cso)
    return _replace(db, _arrival(db, envelope, form, now), current)


def _arrival(db: Database, envelope: Envelope, form: Form, now: datetime) -> Arrival:
    published = find_definition(db, form.id, envelope.instance.version)
    definition = load_definition(db, published.id) if published else None
    return Arrival(envelope, form, published, definition, now)


def _published(arrival: Arrival) -> DefinitionRow:
    """The version that it was filled with. Raises FormVersionUnknown."""
    if arrival.published is None:
        raise FormVersionUnknown(form_id=arrival.form.xml_form_id, version=arrival.instance.version)
    return arrival.published


def _definition(arrival: Arrival) -> Definition:
    """What it was asked. Raises FormVersionUnknown."""
    if arrival.definition is None:
        raise FormVersionUnknown(form_id=arrival.form.xml_form_id, version=arrival.instance.version)
    return arrival.definition


def _create(db: Database, arrival: Arrival) -> Receipt:
    """A first sending: a new submission."""
    cso = arrival.envelope.cso or cso_answer(arrival.envelope, _definition(arrival))
    submission_id = submissions.create(
        db,
        arrival.envelope,
        form=arrival.form,
        cso=cso,
        now=arrival.now,
    )
    _store(db, arrival, submission_id=submission_id, number=1)
    changes.append(db, submission_id, "create", arrival.now)
    _audit(db, arrival, "submission.create", submission_id)
    return Receipt("created", submission_id, arrival.instance_id)


def _take_again(db: Database, arrival: Arrival, known: Version) -> Receipt:
    """A resend: more files of the same bytes; other bytes are kept aside."""
    if known.is_deleted:
        raise SubmissionDeleted(instance_id=arrival.instance_id)
    if submissions.version_xml(db, known.id) == arrival.envelope.xml:
        if _attach(db, arrival, known):
            changes.append(db, known.submission_id, "attachment", arrival.now)
        return Receipt("resent", known.submission_id, arrival.instance_id)
    if arrival.instance.deprecated_id:
        raise InstanceIdTaken(instance_id=arrival.instance_id)
    _refuse_strangers(db, arrival, known.submission_id)
    if conflicts.was_used(db, known.submission_id, arrival.envelope):
        return Receipt("resent", known.submission_id, arrival.instance_id)
    refusal = InstanceConflict(form_id=arrival.form.xml_form_id, instance_id=arrival.instance_id)
    return _keep_aside(db, arrival, known, conflicts.CONFLICT, refusal)


def _note_receipt(db: Database, arrival: Arrival) -> Receipt:
    """Keep the receipt of a notice: which sheet the animator was told about."""
    if not arrival.envelope.is_from_phone:
        raise NoticeForPhones(form_id=arrival.form.xml_form_id)
    asked = _definition(arrival).fields
    chosen = next((field for field in asked if field.kind == "select1"), None)
    about = answer_at(arrival.instance, chosen.path) if chosen else ""
    notices.note_read(db, arrival.envelope, form_id=arrival.form.id, about=about, now=arrival.now)
    return Receipt("noted", 0, arrival.instance_id)


def _edit(db: Database, arrival: Arrival) -> Receipt:
    """An edit: the current version is replaced by it; that of a version which counts no more is kept aside."""
    deprecated_id = arrival.instance.deprecated_id
    before = submissions.find_version(db, arrival.form.id, deprecated_id)
    submission_id = (
        before.submission_id if before else conflicts.sheet_of_edit(db, arrival.form.id, deprecated_id)
    )
    if submission_id is None:
        raise DeprecatedIdUnknown(instance_id=arrival.instance_id, deprecated_id=deprecated_id)
    _refuse_strangers(db, arrival, submission_id)
    if before is not None and before.is_deleted:
        raise SubmissionDeleted(instance_id=deprecated_id)
    if before is not None and before.is_current:
        return _replace(db, arrival, before)
    if not arrival.envelope.is_from_phone:
        raise EditOutdated(instance_id=arrival.instance_id, deprecated_id=deprecated_id)
    return _keep_late(db, arrival, submission_id)


def _replace(db: Database, arrival: Arrival, before: Version) -> Receipt:
    """Let an envelope take the place of the current version."""
    submission_id, number = before.submission_id, before.number + 1
    owner, _ = submissions.owner(db, submission_id)
    cso = owner or arrival.envelope.cso or cso_answer(arrival.envelope, _definition(arrival))
    if cso != owner:
        changes.append(
            db, submission_id, "cso", arrival.now
        )  # while it is nobody's: those lists lose a sheet
    if not arrival.form.is_confidential:
        rows.delete(db, submission_id, table_names(db, arrival.form.id))
    version_id = _store(db, arrival, submission_id=submission_id, number=number)
    attachments.carry_forward(db, from_version=before.id, to_version=version_id)
    submissions.make_current(db, submission_id, number=number, cso=cso, now=arrival.now)
    changes.append(db, submission_id, "edit", arrival.now)
    _audit(db, arrival, "submission.update.version", submission_id)
    return Receipt("edited", submission_id, arrival.instance_id)


def _keep_late(db: Database, arrival: Arrival, submission_id: int) -> Receipt:
    """Put a phone's edit aside that was made from a version that counts no more."""
    current, _ = submissions.current_version(db, submission_id)
    if current.is_deleted:
        raise SubmissionDeleted(instance_id=arrival.instance_id)
    is_own = submissions.version_submitter(db, current.id) == arrival.envelope.submitter_id
    refusal = NewerEditHere if is_own else OfficeEditHere
    facts = {"form_id": arrival.form.xml_form_id, "instance_id": arrival.instance_id}
    return _keep_aside(db, arrival, current, conflicts.OUTDATED_EDIT, refusal(**facts))


def _keep_aside(db: Database, arrival: Arrival, known: Version, kind: str, refusal: Refusal) -> Receipt:
    """Put an envelope aside; the refusal is answered once it is on the disk."""
    submission_id = known.submission_id
    if conflicts.keep(db, arrival.envelope, submission_id=submission_id, kind=kind, now=arrival.now):
        _audit(db, arrival, "submission.conflict", submission_id, kind=kind)
    return Receipt("conflict", submission_id, arrival.instance_id, refusal)


def _refuse_strangers(db: Database, arrival: Arrival, submission_id: int) -> None:
    """A known sheet is changed by its own organisation or by whoever sent it, and nothing of others is kept with it.

    Phones of no organisation change no organisation's sheets but their own; who sits in the office has been asked for
    their reach before.
    """
    envelope = arrival.envelope
    owner, submitter_id = submissions.owner(db, submission_id)
    is_own = envelope.submitter_id is not None and envelope.submitter_id == submitter_id
    is_colleague = envelope.cso == owner if envelope.cso else not envelope.is_from_phone or not owner
    if not is_own and not is_colleague:
        raise SheetOfOthers(instance_id=arrival.instance_id)


def _store(db: Database, arrival: Arrival, *, submission_id: int, number: int) -> int:
    """Keep the version, its flat rows and its files; gives the version's id."""
    published = _published(arrival)
    version_id = submissions.add_version(
        db, arrival.envelope, published, submission_id=submission_id, number=number, now=arrival.now
    )
    definition = _definition(arrival)
    root = scopes(arrival.instance, definition)
    if not definition.is_confidential:  # such a form has no flat table
        rows.insert(db, submission_id, flatten(root, layout_of(db, published.id)))
        summaries.put(db, submission_id, summary(definition, root, scheme_in_use(db)))
    named = files_named(root, definition)
    attachments.expect(db, version_id, named)
    for part in arrival.envelope.parts:
        if part.name in named:  # nobody asked for the others, and nobody would find them
            attachments.add(db, version_id, part, now=arrival.now)
    return version_id


def _attach(db: Database, arrival: Arrival, known: Version) -> bool:
    """Add the files of a further POST; gives whether any is new."""
    outcomes = set()
    named = {file.name for file in attachments.of_version(db, known.id)}
    for part in arrival.envelope.parts:
        if part.name not in named:
            continue
        outcome = attachments.add(db, known.id, part, now=arrival.now)
        outcomes.add(outcome)
        if outcome == "other":
            details = {"name": part.name, "sha256": part.blob.sha256}
            _audit(db, arrival, "submission.attachment.conflict", known.submission_id, **details)
    return "new" in outcomes


def cso_answer(envelope: Envelope, definition: Definition) -> CsoCode:
    """The CSO that a sheet names itself, "" where its form does not ask."""
    path = definition.cso_path
    return CsoCode(answer_at(envelope.instance, path)) if path else NO_CSO


def _audit(db: Database, arrival: Arrival, action: str, submission_id: int, **details: str) -> None:
    by = By(arrival.envelope.submitter_id, arrival.now)
    about = About(form_id=arrival.form.id, submission_id=submission_id)
    audits.append(db, action, by, about, details={"instanceId": arrival.instance_id, **details})
