"""The answers to a question that the counts cannot answer."""

from aggregates.tallies.query import QueryInvalid
from server.base.problem import Problem, Problems
from server.words.language import mark

PROBLEMS: Problems = {
    QueryInvalid: Problem(400.8, mark("{parameter}: {value} cannot be used. Allowed: {allowed}.")),
}
