"""The answers to programs that read feeds and files: filters, options, tables."""

from server.base.problem import Problem, Problems
from server.base.refusals import ExpandUnknown, OptionUnknown, SelectWithExpand
from server.exports.queue import ExportsBusy
from server.words.language import mark
from sync.odata.filter import FilterFieldUnknown, FilterFunctionUnknown, FilterUnreadable
from sync.odata.query import PropertyUnknown, SkipTokenInvalid, TableUnknown

PROBLEMS: Problems = {
    ExportsBusy: Problem(
        503.1, mark("Try again in {seconds} seconds: several exports are being sent at this moment.")
    ),
    FilterUnreadable: Problem(400.18, mark("The filter cannot be read: {reason}.")),
    FilterFunctionUnknown: Problem(501.4, mark("Filters know no function {function}.")),
    FilterFieldUnknown: Problem(501.5, mark("Rows cannot be filtered or put in order by {field}.")),
    PropertyUnknown: Problem(400.23, mark("There is no property {property}.")),
    SkipTokenInvalid: Problem(
        400.35, mark("Begin with the first page again: this link to the next one is damaged.")
    ),
    TableUnknown: Problem(404.1, mark("There is no table {table}.")),
    OptionUnknown: Problem(501.1, mark("The option {option} is not offered.")),
    ExpandUnknown: Problem(501.6, mark("$expand takes * alone.")),
    SelectWithExpand: Problem(501.11, mark("$select and $expand cannot be asked together.")),
}
