"""The answers to errors of the edge itself: what cannot be read, who may not, what is too large."""

from forms.base.table import CellsRefused, ColumnsMissing
from server.base.problem import Problem, Problems
from server.base.refusals import (
    AddressUnknown,
    BasicNeedsTLS,
    FormatNotOffered,
    FormNotOffered,
    MethodUnknown,
    NotSignedIn,
    ParameterInvalid,
    ParameterMissing,
    PhoneUnknown,
    RequestTooLarge,
    RequestUnreadable,
    RightMissing,
    SignInWrong,
    WrongType,
)
from server.base.table_reader import TableEmpty, TableTooLarge, TableTooLong, TableUnreadable
from server.web.policy import NotToBeRun, SentFromElsewhere
from server.words.cell_sentence import cells_told
from server.words.language import mark

PROBLEMS: Problems = {
    ColumnsMissing: Problem(
        400.8, mark("The file has no column {missing}. Its headings: {found}. Nearly right: {near}.")
    ),
    CellsRefused: Problem(400.8, mark("Mend the file:\n{problems}"), words=cells_told),
    TableUnreadable: Problem(
        400.8, mark("{name} cannot be read. Save the table as XLSX or CSV and choose it again.")
    ),
    TableEmpty: Problem(400.8, mark("{name} holds no line.")),
    TableTooLong: Problem(400.8, mark("The table has more than {most} lines: take it in by parts.")),
    TableTooLarge: Problem(
        413.1,
        mark("The file is too large: at most {megabytes} MB. Take pictures out, or take it in by parts."),
    ),
    RequestUnreadable: Problem(400.1, mark("The request cannot be read: {reason}.")),
    ParameterMissing: Problem(400.2, mark("Give {names}: it is missing.")),
    ParameterInvalid: Problem(400.8, mark("{parameter}: {value} cannot be used. Allowed: {allowed}.")),
    WrongType: Problem(400.11, mark("{field}: {value} is not of the right type ({expected}).")),
    FormatNotOffered: Problem(406.1, mark("This is not to be had in the format {format}.")),
    NotSignedIn: Problem(401.2, mark("Sign in: this address asks who you are.")),
    SignInWrong: Problem(401.2, mark("The address or the password is wrong.")),
    BasicNeedsTLS: Problem(401.3, mark("Use https: a password must not cross the network in the open.")),
    PhoneUnknown: Problem(
        403.1,
        mark("Ask your coordinator for a new code to scan: this phone's access was withdrawn or is unknown."),
    ),
    RightMissing: Problem(403.1, mark("You may not do this. Ask an administrator for the right to it.")),
    AddressUnknown: Problem(404.1, mark("There is nothing at this address.")),
    SentFromElsewhere: Problem(
        403.1, mark("Begin again from a page of this server: this was sent by a page of another one.")
    ),
    NotToBeRun: Problem(
        403.1, mark("Open this address by itself: a page may not use it as a part ({purpose}).")
    ),
    MethodUnknown: Problem(405.1, mark("This address does not take this kind of request.")),
    FormNotOffered: Problem(403.1, mark("The form {form_id} is closed and can no longer be downloaded.")),
    RequestTooLarge: Problem(
        413.1, mark("Send less at once: what you sent is too large. {limit} MB at most.")
    ),
}
