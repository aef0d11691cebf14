"""The filters that are on, each in words with the address of the list without it. Pure but for the language."""

from collections.abc import Mapping
from dataclasses import dataclass

from babel.numbers import format_percent
from flask import g

from server.submissions.filter import InboxFilter
from server.words.days import day_in_words, month_in_words
from server.words.language import mark, translate
from sync.lists.sample import read_sample

LABELS = {
    "q": mark("Search: {value}"),
    "form": mark("Field sheet: {value}"),
    "place": mark("Place: {value}"),
    "animator": mark("Animator: {value}"),
    "from": mark("Received from {value}"),
    "to": mark("Received until {value}"),
    "event_from": mark("Event from {value}"),
    "event_to": mark("Event until {value}"),
    "month": mark("Month: {value}"),
    "activity": mark("Activity: {value}"),
    "flag": mark("Flag: {value}"),
    "held": mark("Session: {value}"),
    "sample": mark("By lot: {value}"),
}
FLAGS = {"any": mark("to be decided"), "none": mark("none open")}
DRAW = mark("draw {number}")
HELD = {"yes": mark("held"), "no": mark("not held")}


@dataclass(frozen=True, slots=True)
class Known:
    """The names of what can be chosen, by its value in the address."""

    forms: Mapping[str, str]
    animators: Mapping[str, str]
    activities: Mapping[str, str]
    rules: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that is on."""

    text: str
    without: str
    """The address of the list without it."""


def chips(wanted: InboxFilter, known: Known) -> list[Chip]:
    """The filters that are on, in the order of the form."""
    language: str = g.language
    return [
        Chip(
            translate(language, LABELS[name], value=_in_words(name, wanted[name], known, language)),
            wanted.address(**{name: ""}),
        )
        for name in wanted.active
    ]


def sample_in_words(value: str, language: str) -> str:
    """A draw as people read it: its share, and the number that gives it again."""
    sample = read_sample(value)
    if sample is None:
        return value
    share = format_percent(sample.percent / 100, locale=language)
    return share if sample.draw is None else f"{share} ({translate(language, DRAW, number=sample.draw)})"


def _in_words(name: str, value: str, known: Known, language: str) -> str:
    named = {
        "form": known.forms,
        "animator": known.animators,
        "activity": known.activities,
        "flag": {**known.rules, **{key: translate(language, text) for key, text in FLAGS.items()}},
        "held": {key: translate(language, text) for key, text in HELD.items()},
    }
    if name in named:
        return named[name].get(value, value)
    if name == "month":
        return month_in_words(language, value)
    if name == "sample":
        return sample_in_words(value, language)
    if name in ("q", "place"):
        return f"« {value} »" if language == "fr" else f"“{value}”"
    return day_in_words(language, value, "d MMM y")
