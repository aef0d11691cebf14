"""Every error that is somebody's to mend: its code, its HTTP status, and a sentence that says what to do.

Codes are ODK Central's where Central has the case; the whole part of a code is the HTTP status. Phones show
the sentence as it stands, so its first words say what the animator should do.
"""

from typing import Any

from aggregates.compilation.workflow import StepNotAllowed
from aggregates.tallies.query import QueryInvalid
from forms.base.refusal import Refusal
from forms.catalogue.drafts import DraftUnknown
from forms.catalogue.publish import (
    FieldTypeChanged,
    FormExists,
    FormIdOther,
    FormIsOnlyDraft,
    FormTooWide,
    ListNotUtf8,
    MediaMissing,
    StructureChanged,
    TagsInvalid,
    VersionTaken,
)
from forms.definition.age_band import AgeBandInvalid
from forms.definition.confidential import ConfidentialCountsOpenly, ConfidentialStaysOnPhones
from forms.definition.convert import SheetInvalid
from forms.definition.xform import XFormInvalid
from forms.places.csos import CsoTaken, CsoUnknown
from forms.places.place import GazetteerInvalid
from forms.places.projects import ProjectUnknown
from server.base import refusals
from server.compilation.words import STATES
from server.identity.accounts import AccountUnknown, EmailTaken, LastAdministrator, PasswordWrong
from server.identity.app_users import AppUserUnknown
from server.identity.attempts import TooManyAttempts
from server.identity.invitations import InvitationUnknown
from server.publishing.tag_sentence import tag_sentences
from server.reminders.mail import MailRefused
from server.settings.settings import SettingsInvalid, SettingsMissing
from server.web import problem_of_month
from server.web.body import BodyBroken, BodyTooLarge, InstancePartMissing
from server.web.problem_row import Problem
from server.words.language import mark, number, translate
from sync.instance.instance import FormIdMissing, InstanceEncrypted, InstanceIdMissing, InstanceUnreadable
from sync.intake.receive import (
    DeprecatedIdUnknown,
    EditOutdated,
    FormClosed,
    FormUnknown,
    FormVersionUnknown,
    InstanceConflict,
    InstanceIdTaken,
    NewerEditHere,
    NoticeForPhones,
    OfficeEditHere,
    SheetOfOthers,
    SubmissionDeleted,
)
from sync.intake.review_state import ReviewStateUnknown
from sync.intake.submissions import SubmissionUnknown
from sync.odata.filter import FilterFieldUnknown, FilterFunctionUnknown, FilterUnreadable
from sync.odata.query import PropertyUnknown, SkipTokenInvalid, TableUnknown

MEGABYTE = 1_000_000


PROBLEMS: dict[type[Refusal], Problem] = {
    **problem_of_month.PROBLEMS,
    refusals.RequestUnreadable: Problem(400.1, mark("The request cannot be read: {reason}.")),
    refusals.ParameterMissing: Problem(400.2, mark("Give {names}: it is missing.")),
    refusals.FormIdMissingInSheet: Problem(
        400.2, mark("Write a form_id on the sheet settings: the form has none.")
    ),
    refusals.HeaderMissing: Problem(400.6, mark("The header {header} is missing.")),
    InstancePartMissing: Problem(400.7, mark("Send the sheet again: the request has no part named {part}.")),
    refusals.ParameterInvalid: Problem(
        400.8, mark("{parameter}: {value} cannot be used. Allowed: {allowed}.")
    ),
    QueryInvalid: Problem(400.8, mark("{parameter}: {value} cannot be used. Allowed: {allowed}.")),
    FormIdOther: Problem(400.8, mark("{field}: this form is called {expected}, and {value} was sent.")),
    refusals.FormIdUnusable: Problem(
        400.8, mark("Give the form another form_id: {value} ends like the name of a file.")
    ),
    refusals.MediaTypeUnknown: Problem(
        400.8, mark("A body of the type {media_type} is not taken here. Allowed: {allowed}.")
    ),
    refusals.WrongType: Problem(400.11, mark("{field}: {value} is not of the right type ({expected}).")),
    ListNotUtf8: Problem(
        400.8, mark("Save {name} as CSV UTF-8 and send it again: phones would show wrong letters.")
    ),
    FormTooWide: Problem(
        400.15,
        mark(
            "Split the form {form_id}: it asks {count} questions outside its repeats or in one of them; {most} at most."
        ),
    ),
    refusals.SheetHasWarnings: Problem(
        400.16,
        mark(
            "The form can be used, with warnings. Look at them, then send it again with ignoreWarnings=true."
        ),
    ),
    StructureChanged: Problem(
        400.16, mark("The new version of {form_id} does not ask these questions any more: {fields}.")
    ),
    FilterUnreadable: Problem(400.18, mark("The filter cannot be read: {reason}.")),
    refusals.EditWithoutDeprecatedId: Problem(
        400.19, mark("Name in deprecatedID the version that this correction replaces.")
    ),
    refusals.ReasonMissing: Problem(400.2, mark("Say why the sheet is corrected: the reason stays with it.")),
    refusals.PasswordTooShort: Problem(400.21, mark("Choose a password of {least} signs or more.")),
    refusals.PasswordsDiffer: Problem(400.8, mark("Write the same new password twice.")),
    refusals.PasswordTooWeak: Problem(
        400.44, mark("Choose another password: this one would be guessed soon.")
    ),
    ReviewStateUnknown: Problem(400.8, mark("{state} is no review state. Allowed: {allowed}.")),
    GazetteerInvalid: Problem(400.8, mark("Mend row {row} of the list of places: {reason}.")),
    AgeBandInvalid: Problem(
        400.8, mark("{band} is no age band. Write for example 5-17 or 18+, in rising order.")
    ),
    refusals.FileTypeUnknown: Problem(400.8, mark("{name}: give a file that ends in {allowed}.")),
    SheetInvalid: Problem(400.15, mark("Mend the form: {reason}")),
    XFormInvalid: Problem(400.15, mark("This is no form that phones can load: {reason}.")),
    TagsInvalid: Problem(400.15, mark("Mend the tally tags of the form {form_id}:\n{problems}")),
    ConfidentialStaysOnPhones: Problem(
        400.15,
        mark(
            "Take auto_delete = false out of the settings of {form_id}: "
            "what is confidential must not stay on phones once it was received."
        ),
    ),
    ConfidentialCountsOpenly: Problem(
        400.15,
        mark(
            "Take the tags that count {measures} out of {form_id}: what is confidential counts {allowed} alone, "
            "of which small numbers are hidden."
        ),
    ),
    MediaMissing: Problem(400.15, mark("Add the files that the form {form_id} names: {names}.")),
    FieldTypeChanged: Problem(
        400.17,
        mark(
            "Give the question {path} of {form_id} a new name: "
            "its type was {before} and cannot become {after}."
        ),
    ),
    PropertyUnknown: Problem(400.23, mark("There is no property {property}.")),
    SkipTokenInvalid: Problem(
        400.35, mark("Begin with the first page again: this link to the next one is damaged.")
    ),
    FormIdMissing: Problem(
        400.2, mark("Tell your coordinator: this sheet does not say which form it belongs to.")
    ),
    InstanceIdMissing: Problem(
        400.2, mark("Tell your coordinator: this sheet has no identifier (instanceID) and cannot be taken.")
    ),
    InstanceEncrypted: Problem(
        400.8, mark("Tell your coordinator: this sheet is encrypted, and this server has no key for it.")
    ),
    InstanceUnreadable: Problem(
        400.39, mark("Send again: the sheet arrived incomplete or damaged. It stays on your phone.")
    ),
    BodyBroken: Problem(
        400.39, mark("Send again: what arrived is incomplete. The sheet stays on your phone.")
    ),
    refusals.NotSignedIn: Problem(401.2, mark("Sign in: this address asks who you are.")),
    PasswordWrong: Problem(401.2, mark("The present password is another.")),
    refusals.BasicNeedsTLS: Problem(
        401.3, mark("Use https: a password must not cross the network in the open.")
    ),
    refusals.PhoneUnknown: Problem(
        403.1,
        mark("Ask your coordinator for a new code to scan: this phone's access was withdrawn or is unknown."),
    ),
    refusals.RightMissing: Problem(
        403.1, mark("You may not do this. Ask an administrator for the right to it.")
    ),
    refusals.FormNotGiven: Problem(
        403.1, mark("Ask your coordinator: the form {form_id} was not given to this phone.")
    ),
    refusals.FormOnPhonesOnly: Problem(
        403.1, mark("The form {form_id} is confidential: it is filled on phones alone.")
    ),
    refusals.FormNotOffered: Problem(
        403.1, mark("The form {form_id} is closed and can no longer be downloaded.")
    ),
    SheetOfOthers: Problem(
        403.1,
        mark(
            "Tell your coordinator: this sheet belongs to another organisation, and your correction was not taken. "
            "It stays on your phone."
        ),
    ),
    refusals.AddressUnknown: Problem(404.1, mark("There is nothing at this address.")),
    ProjectUnknown: Problem(404.1, mark("There is no project {project}.")),
    FormUnknown: Problem(
        404.1,
        mark(
            "Tell your coordinator: the form {form_id} is not on this server. The sheet stays on your phone."
        ),
    ),
    AccountUnknown: Problem(404.1, mark("There is no person {id}.")),
    InvitationUnknown: Problem(
        404.1, mark("Ask your administrator for a new link: this one was used already or is too old.")
    ),
    TableUnknown: Problem(404.1, mark("There is no table {table}.")),
    CsoUnknown: Problem(404.1, mark("There is no organisation {code}.")),
    DraftUnknown: Problem(404.1, mark("The form {form_id} has no draft.")),
    refusals.InstanceUnknown: Problem(404.1, mark("There is no submission {instance_id}.")),
    refusals.AttachmentUnknown: Problem(404.1, mark("The submission has no file {name}.")),
    SubmissionUnknown: Problem(404.1, mark("There is no submission {submission_id}.")),
    AppUserUnknown: Problem(404.1, mark("There is no phone {id} in service.")),
    refusals.MediaUnknown: Problem(404.1, mark("The form {form_id} has no file {name}.")),
    DeprecatedIdUnknown: Problem(
        404.5, mark("Send the first version of this sheet, then this correction: the first is not here yet.")
    ),
    FormVersionUnknown: Problem(
        404.6,
        mark(
            "Tell your coordinator: version {version} of the form {form_id} is not on this server. "
            "The sheet stays on your phone."
        ),
    ),
    refusals.MethodUnknown: Problem(405.1, mark("This address does not take this kind of request.")),
    refusals.FormatNotOffered: Problem(406.1, mark("This is not to be had in the format {format}.")),
    InstanceConflict: Problem(
        409.1,
        mark(
            "Tell your coordinator: another content of this sheet was received before. "
            "This one is kept aside for the coordinator."
        ),
    ),
    FormClosed: Problem(
        409.2, mark("Tell your coordinator: the form {form_id} is closed and takes no sheets.")
    ),
    InstanceIdTaken: Problem(
        409.3, mark("Tell your coordinator: the identifier of this correction belongs to another sheet.")
    ),
    refusals.InstanceIdExists: Problem(409.3, mark("A submission {instance_id} is there already.")),
    FormExists: Problem(409.3, mark("The project has a form {form_id} already.")),
    CsoTaken: Problem(409.3, mark("There is an organisation {code} already.")),
    FormIsOnlyDraft: Problem(
        409.7, mark("The form {form_id} was never published: delete the form itself, not its draft.")
    ),
    LastAdministrator: Problem(409.1, mark("Name another administrator first: this is the last one.")),
    EmailTaken: Problem(409.3, mark("{email} has an account already.")),
    VersionTaken: Problem(
        409.6,
        mark("Give the form {form_id} a new version: {version} was published with other content."),
    ),
    EditOutdated: Problem(
        409.9,
        mark("Tell your coordinator: this sheet was corrected meanwhile, and this correction is older."),
    ),
    OfficeEditHere: Problem(
        409.9,
        mark(
            "Nothing more to do: the office corrected this sheet already. Your correction is kept, and your "
            "coordinator will look at it. You can delete it from your phone."
        ),
    ),
    NewerEditHere: Problem(
        409.9,
        mark(
            "Nothing more to do: a newer correction of this sheet was received before. This one is kept for your "
            "coordinator. You can delete it from your phone."
        ),
    ),
    NoticeForPhones: Problem(
        409.2, mark("The form {form_id} only tells phones something: it takes no sheets.")
    ),
    SubmissionDeleted: Problem(
        409.18, mark("You can delete this sheet from your phone: it was removed on the server.")
    ),
    refusals.Busy: Problem(409.1, mark("{what} is under way already. Try again in a moment.")),
    refusals.RequestTooLarge: Problem(
        413.1, mark("Send less at once: what you sent is too large. {limit} MB at most.")
    ),
    BodyTooLarge: Problem(
        413.1, mark("Send smaller pictures or recordings: the server takes no more than {limit} MB.")
    ),
    TooManyAttempts: Problem(
        429.1, mark("Wait {seconds} seconds and try again: signing in failed too often.")
    ),
    refusals.OptionUnknown: Problem(501.1, mark("The option {option} is not offered.")),
    FilterFunctionUnknown: Problem(501.4, mark("Filters know no function {function}.")),
    FilterFieldUnknown: Problem(501.5, mark("Rows cannot be filtered or put in order by {field}.")),
    refusals.ExpandUnknown: Problem(501.6, mark("$expand takes * alone.")),
    refusals.SelectWithExpand: Problem(501.11, mark("$select and $expand cannot be asked together.")),
    refusals.BackupDamaged: Problem(500.1, mark("The backup is damaged: {reason}.")),
    refusals.DataPresent: Problem(
        409.1, mark("{path} holds data already. Give --force to set it aside and restore.")
    ),
    refusals.DataInUse: Problem(
        409.1,
        mark(
            "Stop the server first, and every other command of fiche: they work on {path}. Nothing was changed."
        ),
    ),
    refusals.RestoreNoRoom: Problem(
        507.1,
        mark(
            "Make room on the disk of {path}, then restore again: {needed} MB are needed and {free} MB are free. "
            "The data that were there are still in place."
        ),
    ),
    refusals.DatabaseNewer: Problem(
        500.1,
        mark(
            "A newer version of fiche has worked with {path} (it knows {migration}, this one does not): install "
            "that version again, or restore a backup that this one made. Nothing was changed."
        ),
    ),
    refusals.PortTaken: Problem(
        500.1,
        mark("Something answers at {bind} already: fiche may be running. Stop it, or change bind in {file}."),
    ),
    refusals.QRTooLong: Problem(500.1, mark("The settings of this phone are too long for a QR code.")),
    refusals.DiskFull: Problem(
        507.1, mark("Send again later: the server's disk is full. The sheet stays on your phone.")
    ),
    refusals.NoRoom: Problem(
        507.1,
        mark(
            "The server's disk is full: nothing of what you just did was kept. Ask whoever looks after the server "
            "to make room, then do it again. What was there before is safe and can be read."
        ),
    ),
    SettingsMissing: Problem(500.1, mark("There is no configuration at {path}. Start with: fiche init")),
    SettingsInvalid: Problem(500.1, mark("Mend the configuration {path}:\n{problems}")),
}


MAIL_REASONS = {
    "password": mark("the server does not take this account and password; correct user and password_file"),
    "password_file": mark("the file with the password cannot be read; correct password_file"),
    "recipient": mark("the server does not take the address of the recipient"),
    "tls": mark("the line could not be made safe; correct security, or the server's certificate"),
    "not_offered": mark("the server does not offer this; correct security or user"),
    "unreachable": mark("the server does not answer; correct host and port, or wait for the network"),
    "server": mark("the server refused it"),
}
"""Why an email did not go out, and what to do."""


def problem_of(refusal: Refusal) -> Problem:
    """The row of an error's class."""
    return PROBLEMS[type(refusal)]


def sentence(refusal: Refusal, language: str) -> str:
    """What to tell the person, in their language."""
    facts: dict[str, Any] = {name: _told(value) for name, value in refusal.facts.items()}
    if isinstance(refusal, TagsInvalid):
        facts["problems"] = "\n".join(tag_sentences(refusal.facts["problems"], language))
    if isinstance(refusal, BodyTooLarge):
        facts["limit"] = number(language, max(1, refusal.facts["limit"] // MEGABYTE))
    if isinstance(refusal, MailRefused):
        facts["reason"] = translate(
            language, MAIL_REASONS.get(refusal.facts["reason"], MAIL_REASONS["server"])
        )
    if isinstance(refusal, StepNotAllowed):
        facts["state"] = translate(language, STATES.get(facts["state"], facts["state"]))
    if isinstance(refusal, SettingsInvalid):
        facts["problems"] = "\n".join(
            translate(
                language,
                "  {key}: found {found}; allowed: {allowed}",
                key=fact.key,
                found=fact.found,
                allowed=fact.allowed,
            )
            for fact in refusal.facts["problems"]
        )
    return translate(language, problem_of(refusal).sentence, **facts)


def _told(value: object) -> object:
    if isinstance(value, tuple | list):
        return ", ".join(str(each) for each in value) or "–"
    return "–" if value in ("", None) else value
