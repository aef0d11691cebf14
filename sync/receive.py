"""The journey of one submission: an envelope in, a receipt out, everything in the caller's transaction.

When the caller's transaction is on the disk the phone may be told 201: raw XML, flat rows, attachments,
the number in the change feed and the audit line are there together, or none of them is.
"""

from datetime import datetime

from forms.definition import Definition
from forms.definitions import (
    DefinitionRow,
    Form,
    find_definition,
    find_form,
    layout_of,
    load_definition,
    table_names,
)
from forms.refusal import Refusal
from forms.sqlite import Database
from sync import attachments, audits, changes, rows, submissions, summaries
from sync.envelope import Envelope, Receipt
from sync.instance import Scope, answer_at, scopes
from sync.row import flatten
from sync.submissions import Version
from sync.summary import summary


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


class EditOutdated(Refusal):
    """The version that an edit replaces is no longer the current one (409.9)."""


class SubmissionDeleted(Refusal):
    """The submission was deleted on the server (409.18)."""


def receive(db: Database, project_id: int, envelope: Envelope, *, now: datetime) -> Receipt:
    """Take an envelope: a first sending, a resend, more files, or an edit.

    A resend of the same bytes adds the files that were missing and changes nothing else. Other bytes
    under a known instanceID are kept aside, and the receipt carries the refusal.

    Raises FormUnknown, FormClosed, FormVersionUnknown, DeprecatedIdUnknown, EditOutdated,
    InstanceIdTaken, SubmissionDeleted, and what `Envelope.instance` raises.
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
    published = find_definition(db, form.id, instance.version)
    if published is None:
        raise FormVersionUnknown(form_id=form.xml_form_id, version=instance.version)
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
    if submissions.keep_conflict(db, envelope, submission_id=known.submission_id, now=now):
        _audit(db, envelope, "submission.conflict", form=form, submission_id=known.submission_id, now=now)
    refusal = InstanceConflict(form_id=form.xml_form_id, instance_id=instance_id)
    return Receipt("conflict", known.submission_id, instance_id, refusal)


def _edit(
    db: Database, envelope: Envelope, *, form: Form, published: DefinitionRow, now: datetime
) -> Receipt:
    instance = envelope.instance
    before = submissions.find_version(db, form.id, instance.deprecated_id)
    if before is None:
        raise DeprecatedIdUnknown(instance_id=instance.instance_id, deprecated_id=instance.deprecated_id)
    if before.is_deleted:
        raise SubmissionDeleted(instance_id=instance.deprecated_id)
    if not before.is_current:
        raise EditOutdated(instance_id=instance.instance_id, deprecated_id=instance.deprecated_id)
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
    return Receipt("edited", submission_id, instance.instance_id)


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
    attachments.expect(db, version_id, files_named(root, definition))
    for part in envelope.parts:
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


def files_named(root: Scope, definition: Definition) -> set[str]:
    """The files that an instance names: answers of media questions, in any repeat instance."""
    paths = definition.binary_paths
    return {scope.answers[path].strip() for scope in root for path in scope.answers.keys() & paths}


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
