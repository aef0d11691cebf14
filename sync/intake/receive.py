"""The journey of one submission: an envelope in, a receipt out, everything in the caller's transaction.

When the caller's transaction is on the disk the phone may be told 201: raw XML, flat rows, attachments,
the number in the change feed and the audit line are there together, or none of them is.
"""

from datetime import datetime

from forms.base.refusal import Refusal
from forms.base.sqlite import Database
from forms.catalogue.definitions import (
    DefinitionRow,
    Form,
    find_definition,
    find_form,
    layout_of,
    load_definition,
    table_names,
)
from sync import audits, changes
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


def receive(db: Database, project_id: int, envelope: Envelope, *, now: datetime) -> Receipt:
    """Take an envelope: a first sending, a resend, more files, or an edit.

    A resend of the same bytes adds the files that were missing and changes nothing else. Other bytes
    under a known instanceID are kept aside, and so is a phone's edit of a version that was replaced meanwhile:
    then the receipt carries the refusal. What a notice sends is no sheet.

    Raises FormUnknown, FormClosed, FormVersionUnknown, DeprecatedIdUnknown, EditOutdated, InstanceIdTaken,
    NoticeForPhones, SheetOfOthers, SubmissionDeleted, and what `Envelope.instance` raises.
    """
    instance = envelope.instance
    form = find_form(db, project_id, instance.form_id)
    if form is None or form.current_definition_id is None:
        raise FormUnknown(form_id=instance.form_id)
    known = submissions.find_version(db, form.id, instance.instance_id)
    if known:
        return _known_again(db, envelope, form=form, known=known, now=now)
    if form.state == "closed":
        raise FormClosed(form_id=form.xml_form_id)
    published = _published(db, form, instance)
    if load_definition(db, published.id).is_notice:
        return _note(db, envelope, form=form, published=published, now=now)
    if instance.deprecated_id:
        return _edit(db, envelope, form=form, published=published, now=now)
    cso = envelope.cso or cso_answer(envelope, published.id, db)
    submission_id = submissions.create(
        db, envelope, project_id=project_id, form_id=form.id, cso=cso.casefold(), now=now
    )
    _store(db, envelope, submission_id=submission_id, number=1, published=published, now=now)
    changes.append(db, submission_id, "create", now)
    _audit(db, envelope, "submission.create", form=form, submission_id=submission_id, now=now)
    return Receipt("created", submission_id, instance.instance_id)


def _known_again(db: Database, envelope: Envelope, *, form: Form, known: Version, now: datetime) -> Receipt:
    instance_id = envelope.instance.instance_id
    if known.is_deleted:
        raise SubmissionDeleted(instance_id=instance_id)
    if submissions.version_xml(db, known.id) == envelope.xml:
        if _attach(db, envelope, known.id, form=form, submission_id=known.submission_id, now=now):
            changes.append(db, known.submission_id, "attachment", now)
        return Receipt("resent", known.submission_id, instance_id)
    if envelope.instance.deprecated_id:
        raise InstanceIdTaken(instance_id=instance_id)
    _refuse_strangers(db, envelope, known.submission_id)
    if conflicts.was_used(db, known.submission_id, envelope):
        return Receipt("resent", known.submission_id, instance_id)
    refusal = InstanceConflict(form_id=form.xml_form_id, instance_id=instance_id)
    return _keep(db, envelope, conflicts.CONFLICT, refusal, form=form, known=known, now=now)


def _note(
    db: Database, envelope: Envelope, *, form: Form, published: DefinitionRow, now: datetime
) -> Receipt:
    """Keep the receipt of a notice: which sheet the animator was told about."""
    if not envelope.is_from_phone:
        raise NoticeForPhones(form_id=form.xml_form_id)
    chosen = next(
        (field for field in load_definition(db, published.id).fields if field.kind == "select1"), None
    )
    about = answer_at(envelope.instance, chosen.path) if chosen else ""
    notices.note_read(db, envelope, form_id=form.id, about=about, now=now)
    return Receipt("noted", 0, envelope.instance.instance_id)


def _keep(
    db: Database,
    envelope: Envelope,
    kind: str,
    refusal: Refusal,
    *,
    form: Form,
    known: Version,
    now: datetime,
) -> Receipt:
    """Put an envelope aside; the refusal is answered once it is on the disk."""
    if conflicts.keep(db, envelope, submission_id=known.submission_id, kind=kind, now=now):
        _audit(
            db,
            envelope,
            "submission.conflict",
            form=form,
            submission_id=known.submission_id,
            now=now,
            details={"kind": kind},
        )
    return Receipt("conflict", known.submission_id, envelope.instance.instance_id, refusal)


def _edit(
    db: Database, envelope: Envelope, *, form: Form, published: DefinitionRow, now: datetime
) -> Receipt:
    instance = envelope.instance
    before = submissions.find_version(db, form.id, instance.deprecated_id)
    followed = conflicts.sheet_of_edit(db, form.id, instance.deprecated_id) if before is None else None
    if before is None and followed is None:
        raise DeprecatedIdUnknown(instance_id=instance.instance_id, deprecated_id=instance.deprecated_id)
    _refuse_strangers(db, envelope, before.submission_id if before else followed or 0)
    if before is not None and before.is_deleted:
        raise SubmissionDeleted(instance_id=instance.deprecated_id)
    if before is not None and before.is_current:
        return _replace(db, envelope, before, form=form, published=published, now=now)
    if not envelope.is_from_phone:
        raise EditOutdated(instance_id=instance.instance_id, deprecated_id=instance.deprecated_id)
    return _keep_late(db, envelope, before.submission_id if before else followed or 0, form=form, now=now)


def _refuse_strangers(db: Database, envelope: Envelope, submission_id: int) -> None:
    """A known sheet is changed by its own organisation or by whoever sent it, and nothing of others is kept with it."""
    owner, submitter_id = submissions.owner(db, submission_id)
    is_own = envelope.submitter_id is not None and envelope.submitter_id == submitter_id
    if envelope.cso and envelope.cso.casefold() != owner and not is_own:
        raise SheetOfOthers(instance_id=envelope.instance.instance_id)


def _keep_late(db: Database, envelope: Envelope, submission_id: int, *, form: Form, now: datetime) -> Receipt:
    """Put a phone's edit aside that was made from a version that counts no more."""
    current, _ = submissions.current_version(db, submission_id)
    instance_id = envelope.instance.instance_id
    if current.is_deleted:
        raise SubmissionDeleted(instance_id=instance_id)
    is_own = submissions.version_submitter(db, current.id) == envelope.submitter_id
    refusal = NewerEditHere if is_own else OfficeEditHere
    return _keep(
        db,
        envelope,
        conflicts.OUTDATED_EDIT,
        refusal(form_id=form.xml_form_id, instance_id=instance_id),
        form=form,
        known=current,
        now=now,
    )


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
    published = _published(db, form, envelope.instance)
    return _replace(db, envelope, current, form=form, published=published, now=now)


def _published(db: Database, form: Form, instance: Instance) -> DefinitionRow:
    published = find_definition(db, form.id, instance.version)
    if published is None:
        raise FormVersionUnknown(form_id=form.xml_form_id, version=instance.version)
    return published


def _replace(
    db: Database, envelope: Envelope, before: Version, *, form: Form, published: DefinitionRow, now: datetime
) -> Receipt:
    """Let an envelope take the place of the current version."""
    submission_id, number = before.submission_id, before.number + 1
    cso = envelope.cso or _changed_cso(db, envelope, before, published)
    if not form.is_confidential:
        rows.delete(db, submission_id, table_names(db, form.id))
    version_id = _store(
        db, envelope, submission_id=submission_id, number=number, published=published, now=now
    )
    attachments.carry_forward(db, from_version=before.id, to_version=version_id)
    submissions.make_current(db, submission_id, number=number, cso=cso.casefold(), now=now)
    changes.append(db, submission_id, "edit", now)
    _audit(db, envelope, "submission.update.version", form=form, submission_id=submission_id, now=now)
    return Receipt("edited", submission_id, envelope.instance.instance_id)


def _store(
    db: Database,
    envelope: Envelope,
    *,
    submission_id: int,
    number: int,
    published: DefinitionRow,
    now: datetime,
) -> int:
    """Keep the version, its flat rows and its files; gives the version's id."""
    version_id = submissions.add_version(
        db,
        envelope,
        submission_id=submission_id,
        number=number,
        form_id=published.form_id,
        definition_id=published.id,
        now=now,
    )
    definition = load_definition(db, published.id)
    root = scopes(envelope.instance, definition)
    if not definition.is_confidential:  # such a form has no flat table
        rows.insert(db, submission_id, flatten(root, layout_of(db, published.id)))
        summaries.put(db, submission_id, summary(definition, root))
    named = files_named(root, definition)
    attachments.expect(db, version_id, named)
    for part in envelope.parts:
        if part.name in named:  # nobody asked for the others, and nobody would find them
            attachments.add(db, version_id, part, now=now)
    return version_id


def cso_answer(envelope: Envelope, definition_id: int, db: Database) -> str:
    """The CSO that a sheet names itself, "" where its form does not ask."""
    path = load_definition(db, definition_id).cso_path
    return answer_at(envelope.instance, path) if path else ""


def _changed_cso(db: Database, envelope: Envelope, before: Version, published: DefinitionRow) -> str:
    """The CSO that an edit names, where the version before named another: whose phone it was counts more."""
    answer = cso_answer(envelope, published.id, db)
    earlier = Envelope(submissions.version_xml(db, before.id))
    is_same = answer == cso_answer(earlier, before.definition_id, db)
    return "" if is_same else answer


def _attach(
    db: Database, envelope: Envelope, version_id: int, *, form: Form, submission_id: int, now: datetime
) -> bool:
    """Add the files of a further POST; gives whether any is new."""
    outcomes = {part.name: attachments.add(db, version_id, part, now=now) for part in envelope.parts}
    for part in envelope.parts:
        if outcomes[part.name] == "other":
            details = {"name": part.name, "sha256": part.blob.sha256}
            _audit(
                db,
                envelope,
                "submission.attachment.conflict",
                form=form,
                submission_id=submission_id,
                now=now,
                details=details,
            )
    return "new" in outcomes.values()


def _audit(
    db: Database,
    envelope: Envelope,
    action: str,
    *,
    form: Form,
    submission_id: int,
    now: datetime,
    details: dict[str, str] | None = None,
) -> None:
    audits.append(
        db,
        action,
        now=now,
        actor_id=envelope.submitter_id,
        form_id=form.id,
        submission_id=submission_id,
        details={"instanceId": envelope.instance.instance_id, **(details or {})},
    )
