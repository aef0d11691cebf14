"""What can be chosen on the page of counts: how they are laid out, what is counted, where, by whom and when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask import g

from aggregates.report.alphabet import folded
from aggregates.report.order import Names
from aggregates.report.pivot import Keys
from aggregates.tallies.query import DIMENSIONS, PEOPLE, STATUSES
from forms.base.month import Month
from forms.definition.age_band import AgeBand
from forms.definition.tally_tag import MEASURES, REACHES, UNITS
from forms.places import csos
from forms.places.place import LEVELS, UNLISTED
from forms.places.place_map import MAPS
from forms.places.place_maps import has_months
from forms.places.places import places_within
from server.counts.query import BOTH, NOT_TOLD, CountQuery
from server.counts.words import PEOPLE_HEADING
from server.web.route import Asking
from server.words.code_names import listed_forms
from server.words.language import mark, translate
from server.words.sex_and_age import band_in_words
from server.words.table_file import HEADINGS, WORDS

EVERYTHING, NOTHING = mark("everything"), mark("nothing")
PROVISIONAL_AND_VERIFIED = mark("provisional and verified")
PRESETS: tuple[Keys, ...] = (
    ("region",), ("region", "cercle"), ("commune", "village"), ("cso",), ("activity",), ("form",), ("month",),
)  # fmt: skip
PEOPLE_ACROSS = ("sex", "age_band")
WITHIN = {"cercle": ("region",), "commune": ("cercle", "region"), "village": ("commune",)}
"""Places of a level are offered below a chosen place of one of these; villages are too many for anything else."""


@dataclass(frozen=True, slots=True)
class Option:
    """One of several."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One control of the form: a list to choose from."""

    name: str
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """All controls."""

    layout: tuple[Choice, ...]
    kind: tuple[Choice, ...]
    filters: tuple[Choice, ...]
    kept: tuple[tuple[str, str], ...]
    """What stands in the address and has no control here."""


@dataclass(frozen=True, slots=True)
class Link:
    """A view beside this one."""

    label: str
    address: str
    is_current: bool


def choices(asking: Asking, asked: CountQuery, names: Names) -> Choices:
    """The controls, set as the view is."""
    filters = tuple(_filter_choices(asking, asked, names))
    offered = {choice.name for choice in filters}
    kept = [
        (name, key or NOT_TOLD)
        for name, keys in asked.filters_in_words.items()
        if name not in offered
        for key in keys
    ]
    kept += [
        (name, getattr(asked, name)) for name in ("subset", "sort", "order", "lang") if getattr(asked, name)
    ]
    return Choices(tuple(_layout(asked)), tuple(_kind(asking, asked)), filters, tuple(kept))


def periods(asked: CountQuery, today: date) -> list[Link]:
    """The months that are asked for most, as links."""
    this_month = Month.of(today)
    spans = (
        (mark("this month"), (this_month, this_month)),
        (mark("last month"), (this_month.previous, this_month.previous)),
        (mark("this quarter"), this_month.quarter),
        (mark("this year"), this_month.whole_year),
    )
    bounds = [
        (mark("since the beginning"), "", ""),
        *((label, str(first), str(last)) for label, (first, last) in spans),
    ]
    return [
        Link(
            translate(g.language, label),
            asked.address(first_month=first, last_month=last),
            (first, last) == (asked.first_month, asked.last_month),
        )
        for label, first, last in bounds
    ]


def presets(asked: CountQuery) -> list[Link]:
    """The layouts that are asked for most, as links."""
    return [
        Link(
            _dimension(rows[-1]),
            asked.address(
                rows=rows, columns=tuple(column for column in asked.columns if column not in rows), sort=""
            ),
            rows == asked.rows,
        )
        for rows in PRESETS
    ]


def _layout(asked: CountQuery) -> Iterable[Choice]:
    sides = [
        dimension
        for dimension in DIMENSIONS
        if dimension != "project" and (asked.is_of_people or dimension not in PEOPLE)
    ]
    for position in range(max(2, len(asked.rows))):
        label = mark("then by") if position else mark("Rows")
        chosen = asked.rows[position] if position < len(asked.rows) else ""
        yield _choice("rows", label, [("", NOTHING), *((side, HEADINGS[side]) for side in sides)], chosen)
    across = [("", NOTHING), *((side, HEADINGS[side]) for side in sides)]
    if asked.is_of_people:
        across.insert(1, (",".join(PEOPLE_ACROSS), PEOPLE_HEADING))
    yield _choice("columns", mark("Columns"), across, ",".join(asked.columns))


def _kind(asking: Asking, asked: CountQuery) -> Iterable[Choice]:
    yield _choice(
        "measure", mark("What is counted"), [(measure, WORDS[measure]) for measure in MEASURES], asked.measure
    )
    if asked.is_of_people:
        yield _choice("unit", mark("Unit"), [(unit, WORDS[unit]) for unit in UNITS], asked.unit or UNITS[0])
        yield _choice("reach", mark("Reach"), [(reach, WORDS[reach]) for reach in REACHES], asked.reach)
        schemes = asking.here.settings.band_schemes
        told = [(name, _scheme(name, bands)) for name, bands in schemes.items()]
        yield _choice("scheme", mark("Age bands"), told, asked.scheme or next(iter(schemes)))
    states = [(BOTH, PROVISIONAL_AND_VERIFIED), *((status, WORDS[status]) for status in STATUSES)]
    yield _choice("status", mark("State"), states, asked.status)
    if has_months(asking.db):  # else both maps are one
        yield _choice("map", mark("Map"), [(name, WORDS[name]) for name in MAPS], asked.map)


def _filter_choices(asking: Asking, asked: CountQuery, names: Names) -> Iterable[Choice]:
    for level in LEVELS:
        above = next(
            (
                (name, keys[0])
                for name in WITHIN.get(level, ())
                if (keys := asked.filters.get(name)) and keys[0]
            ),
            None,
        )
        if above is None and level in ("commune", "village"):
            continue
        places = places_within(asking.db, level, within=above)
        places.sort(key=lambda place: (place.code.endswith(UNLISTED), folded(place.name)))
        yield from _filter(asked, level, [(known.code, known.name) for known in places])
    reach = asking.asker.reach("tally.read", asking.the_project.id)
    organisations = [
        (cso.key, cso.name) for cso in csos.list_csos(asking.db) if reach is None or reach.covers(cso.code)
    ]
    yield from _filter(asked, "cso", _by_name(organisations))
    activities = {key: name for (dimension, key), name in names.items() if dimension == "activity"}
    yield from _filter(asked, "activity", _by_name(activities.items()))
    sheets = [
        (form.xml_form_id, names["form", form.xml_form_id])
        for form in listed_forms(asking.db, asking.the_project.id)
    ]
    yield from _filter(asked, "form", _by_name(sheets))


def _filter(asked: CountQuery, name: str, options: Sequence[tuple[str, str]]) -> Iterable[Choice]:
    """A list to filter by; none where the address keeps what no list can show."""
    chosen = asked.filters.get(name, ())
    if len(chosen) > 1 or (chosen and chosen[0] not in dict(options)):
        return
    found = (
        Option("", translate(g.language, EVERYTHING), not chosen),
        *(Option(key, label, key in chosen) for key, label in options),
    )
    yield Choice(name, _dimension(name), found)


def _by_name(options: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(options, key=lambda option: folded(option[1]))


def _choice(name: str, label: str, options: Sequence[tuple[str, str]], chosen: str) -> Choice:
    return Choice(
        name,
        translate(g.language, label),
        tuple(Option(value, translate(g.language, words), value == chosen) for value, words in options),
    )


def _scheme(name: str, bands: Sequence[AgeBand]) -> str:
    words = ", ".join(band_in_words(str(band)) for band in bands)
    return translate(g.language, mark("{heading}: {words}"), heading=name, words=words)


def _dimension(name: str) -> str:
    return translate(g.language, HEADINGS[name])
