"""What one version of a form counts, drawn once: so that a sheet costs nothing for its untagged questions.

Used by `sync.counting.fact` alone.
"""

import weakref
from collections.abc import Mapping
from dataclasses import dataclass

from forms.definition.age_band import parse_band
from forms.definition.definition import Definition, TallyTag
from forms.definition.tally_tag import MEASURES
from sync.counting.cell import Cell, Kind


@dataclass(frozen=True, slots=True)
class TaggedPart:
    """The tagged questions whose innermost repeat is one and the same ("" for the root)."""

    repeat: str
    dimensions: tuple[tuple[str, str], ...]
    """(dimension, path) in the form's order: of two questions answered, the later one wins."""
    took_place: frozenset[str] | None
    """The status answers under which the sheet is tallied; None where this part asks no status."""
    date_path: str
    """The question that dates what stands here, "" if it is asked further out or nowhere."""
    cells: tuple[tuple[str, Cell], ...]
    events: tuple[tuple[str, Cell], ...]
    totals: tuple[tuple[str, Kind], ...]
    each: Cell | None
    """One person per instance; sex and band filled only where the tag itself states them."""

    @property
    def has_record(self) -> bool:
        """Whether something can be counted here, or said not to have been held."""
        return bool(self.cells or self.events or self.totals or self.each or self.took_place is not None)


@dataclass(frozen=True, slots=True)
class TagIndex:
    """The parts of a form that carry tags, by repeat."""

    parts: Mapping[str, TaggedPart]


_drawn: dict[int, TagIndex] = {}


def plan_of(definition: Definition) -> TagIndex:
    """The plan of a definition, drawn when it is first asked for and forgotten with the definition.

    Kept by identity: hashing a definition means hashing all its fields, which costs more than a sheet.
    """
    plan = _drawn.get(id(definition))
    if plan is None:
        plan = draw_plan(definition)
        _drawn[id(definition)] = plan
        weakref.finalize(definition, _drawn.pop, id(definition), None)
    return plan


def draw_plan(definition: Definition) -> TagIndex:
    """Arrange the tags of a definition by the repeat in which they are answered."""
    repeats = ("", *(question.path for question in definition.repeats))
    parts = (_part(definition, repeat) for repeat in repeats)
    return TagIndex({part.repeat: part for part in parts if part.has_record or part.dimensions})


def _part(definition: Definition, repeat: str) -> TaggedPart:
    tagged = [(answer.path, answer.tag) for answer in definition.answers_in(repeat) if answer.tag]
    asked = [(tag.dimension, path) for path, tag in tagged if tag.dimension]
    took_place = [tag.took_place for _, tag in tagged if tag.dimension == "status" and tag.took_place]
    own = definition.by_path[repeat].tag if repeat else None
    return TaggedPart(
        repeat=repeat,
        dimensions=tuple(asked),
        took_place=frozenset().union(*took_place) if took_place else None,
        date_path=next((path for dimension, path in reversed(asked) if dimension == "date"), ""),
        cells=tuple((path, _cell(tag.count, tag)) for path, tag in tagged if tag.count),
        events=tuple((path, _cell(tag.event, tag)) for path, tag in tagged if tag.event),
        totals=tuple((path, _kind(tag.total, tag)) for path, tag in tagged if tag.total),
        each=_cell(own.each, own) if own and own.each else None,
    )


def _kind(measure: str, tag: TallyTag) -> Kind:
    unit = "events" if MEASURES.get(measure) == "events" else tag.unit
    return Kind(measure, unit, tag.reach, tag.subset)


def _cell(measure: str, tag: TallyTag) -> Cell:
    band = str(parse_band(tag.age)) if tag.age else ""
    return Cell(*_kind(measure, tag), tag.sex, band)
