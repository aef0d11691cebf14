"""The answers to a sheet that is sent: phones show the sentence as it stands, so its first words say what to do."""

from server.base.problem import Facts, Problem, Problems
from server.intake.body import BodyBroken, BodyTooLarge, InstancePartMissing, TooManyParts
from server.intake.take import EditWithoutDeprecatedId, FormNotGiven, InstanceIdExists
from server.words.language import mark, number
from sync.instance.instance import (
    FormIdMissing,
    InstanceEncrypted,
    InstanceIdMissing,
    InstanceIdUnusable,
    InstanceUnreadable,
)
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

MEGABYTE = 1_000_000


def _in_megabytes(facts: Facts, language: str) -> Facts:
    return {"limit": number(language, max(1, facts["limit"] // MEGABYTE))}


PROBLEMS: Problems = {
    BodyBroken: Problem(
        400.39, mark("Send again: what arrived is incomplete. The sheet stays on your phone.")
    ),
    BodyTooLarge: Problem(
        413.1,
        mark("Send smaller pictures or recordings: the server takes no more than {limit} MB."),
        words=_in_megabytes,
    ),
    InstancePartMissing: Problem(400.7, mark("Send the sheet again: the request has no part named {part}.")),
    FormIdMissing: Problem(
        400.2, mark("Tell your coordinator: this sheet does not say which form it belongs to.")
    ),
    InstanceIdMissing: Problem(
        400.2, mark("Tell your coordinator: this sheet has no identifier (instanceID) and cannot be taken.")
    ),
    InstanceIdUnusable: Problem(
        400.8,
        mark(
            "Tell your coordinator: the identifier of this sheet (instanceID) is longer than {most} signs "
            "or holds signs that cannot be printed."
        ),
    ),
    TooManyParts: Problem(413.1, mark("Send fewer files at once: {most} at most with one sheet.")),
    InstanceEncrypted: Problem(
        400.8, mark("Tell your coordinator: this sheet is encrypted, and this server has no key for it.")
    ),
    InstanceUnreadable: Problem(
        400.39, mark("Send again: the sheet arrived incomplete or damaged. It stays on your phone.")
    ),
    EditWithoutDeprecatedId: Problem(
        400.19, mark("Name in deprecatedID the version that this correction replaces.")
    ),
    FormNotGiven: Problem(
        403.1, mark("Ask your coordinator: the form {form_id} was not given to this phone.")
    ),
    SheetOfOthers: Problem(
        403.1,
        mark(
            "Tell your coordinator: this sheet belongs to another organisation, and your correction was not taken. "
            "It stays on your phone."
        ),
    ),
    FormUnknown: Problem(
        404.1,
        mark(
            "Tell your coordinator: the form {form_id} is not on this server. The sheet stays on your phone."
        ),
    ),
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
    NoticeForPhones: Problem(
        409.2, mark("The form {form_id} only tells phones something: it takes no sheets.")
    ),
    InstanceIdTaken: Problem(
        409.3, mark("Tell your coordinator: the identifier of this correction belongs to another sheet.")
    ),
    InstanceIdExists: Problem(409.3, mark("A submission {instance_id} is there already.")),
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
    SubmissionDeleted: Problem(
        409.18, mark("You can delete this sheet from your phone: it was removed on the server.")
    ),
}
