"""One sheet as the quality rules see it: its answers arranged by what they mean, not by where they stand.

Made from a sheet's scopes, its form's tally tags, and what was counted of it. A few questions are known by name,
where no tag tells of them: `start`, `end` (when it was filled), `duree_min`, `situation`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from forms.definition.age_scheme import AgeScheme
from forms.definition.definition import Definition
from forms.definition.dimension import Grain
from forms.definition.tally_tag import MEASURES
from forms.places.cso_code import CsoCode
from sync.counting.answer import AGE_READERS, SEXES, located, read_count, read_date
from sync.counting.cell import Cell
from sync.counting.derivation import Derivation
from sync.counting.head_count import Heads, heads_of, is_of_people, is_present
from sync.counting.tag_index import TaggedPart, plan_of
from sync.instance.instance import Scope

START, END, MINUTES, SITUATION = "start", "end", "duree_min", "situation"


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a sheet came: what the server knows of it beside its answers."""

    submission_id: int
    project_id: int
    form_id: int
    instance_id: str
    """The first one, by which it is named for good."""
    cso: CsoCode
    animator_id: int | None
    received_at: str
    """When its first version came."""
    version_received_at: str
    version: str
    """Of the form, as it was filled."""
    newer_version: str
    """The form's newest version at that moment, "" where it was filled with it."""
    is_rejected: bool
    photos: tuple[str, ...]
    """SHA-256 of its pictures."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on a sheet about individuals."""

    path: str
    sex: str
    age: int | None
    """Completed years on the day of the event."""
    situation: str


@dataclass(frozen=True, slots=True)
class Number:
    """A head-count cell that was answered."""

    path: str
    cell: Cell
    n: int
    scope: int
    """Which scope it stands in: a part is compared with the whole of its own scope."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place on the map."""

    path: str
    latitude: float
    longitude: float
    accuracy: float | None
    """In metres."""


@dataclass(frozen=True, slots=True)
class FreeText:
    """What somebody typed in their own words."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What the rules look at."""

    form: str
    arrival: Arrival
    event_date: date | None
    date_path: str
    grain: Grain
    """Its first record's: place, activity, setting, mechanism, category."""
    answered_cso: CsoCode
    """Which organisation it names itself; whose it is stands in `arrival`."""
    took_place: bool
    has_heads: bool
    """Whether its form asks for heads in cells, so that it is about an event and not about one person."""
    asks_people: bool
    """Whether its form counts people at all."""
    people: int
    """Present: contacts reached directly."""
    heads: Heads
    reached: int
    """Everybody: present, reached indirectly, through media."""
    numbers: tuple[Number, ...]
    unanswered: tuple[tuple[int, Cell], ...]
    """The cells of people that nobody filled in, each with the scope that asks for it: unknown, and not nought."""
    persons: tuple[Person, ...]
    position: Position | None
    started: datetime | None
    ended: datetime | None
    minutes: int | None
    """How long the event took, as told."""
    paths: Mapping[str, str]
    """The question that asks for each dimension."""
    free_texts: tuple[FreeText, ...] = ()


def read_sheet(
    root: Scope, definition: Definition, derivation: Derivation, arrival: Arrival, scheme: AgeScheme
) -> Sheet:
    """Arrange a sheet for the rules. What it counts is the derivation's, by the programme's own age scheme."""
    walk = _Walk(definition)
    walk.read(root, (), {}, True)
    heads = heads_of(derivation.facts, scheme)
    dated = next((record for record in derivation.records if record.event_date), None)
    cells = [cell for part in walk.parts.values() for _, cell in part.cells if is_present(cell)]
    return Sheet(
        form=definition.form_id,
        arrival=arrival,
        event_date=date.fromisoformat(dated.event_date) if dated else None,
        date_path=walk.paths.get("date", ""),
        grain=derivation.records[0].grain if derivation.records else Grain(),
        answered_cso=CsoCode(root.answers.get(definition.cso_path, "")),
        took_place=derivation.took_place,
        has_heads=bool(cells),
        asks_people=bool(cells) or any(part.each for part in walk.parts.values()),
        people=heads.people,
        heads=heads,
        reached=sum(n for cell, n in derivation.facts if is_of_people(cell)),
        numbers=tuple(walk.numbers),
        unanswered=tuple(walk.unanswered),
        persons=tuple(walk.persons),
        position=next(_positions(root, definition), None),
        started=_moment(walk.named.get(START, "")),
        ended=_moment(walk.named.get(END, "")),
        minutes=read_count(walk.named.get(MINUTES, "")),
        paths=walk.paths,
        free_texts=tuple(walk.free_texts),
    )


class _Walk:
    """One sheet while it is read, scope after scope."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.parts: Mapping[str, TaggedPart] = plan_of(definition).parts
        self.named: dict[str, str] = {}
        self.numbers: list[Number] = []
        self.unanswered: list[tuple[int, Cell]] = []
        self.persons: list[Person] = []
        self.paths: dict[str, str] = {}
        self.free_texts: list[FreeText] = []
        self.scopes = 0

    def read(
        self, scope: Scope, outer: tuple[Scope, ...], dimensions: Mapping[str, str], took_place: bool
    ) -> None:
        """Read a scope and those inside it, as `sync.counting.fact` does."""
        chain = (*outer, scope)
        known = dict(dimensions)
        for path, text in scope.answers.items():
            name = path.rpartition("/")[2]
            if name in (START, END, MINUTES):
                self.named.setdefault(name, text.strip())
            elif name == SITUATION:
                known[SITUATION] = text.strip()
        free = scope.answers.keys() & self.definition.free_texts
        self.free_texts += (FreeText(located(path, chain), scope.answers[path]) for path in sorted(free))
        part = self.parts.get(scope.repeat)
        if part is not None:
            for dimension, path in part.dimensions:
                if path in scope.answers:
                    known[dimension] = scope.answers[path].strip()
                    self.paths[dimension] = located(path, chain)
            if part.took_place is not None:
                took_place = took_place and known.get("status", "") in part.took_place
            if took_place and part.has_record:
                self.add(scope, chain, part, known)
        for child in scope.children:
            self.read(child, chain, known, took_place)

    def add(self, scope: Scope, chain: tuple[Scope, ...], part: TaggedPart, known: Mapping[str, str]) -> None:
        """Take the numbers and the person of a scope that was held."""
        self.scopes += 1
        for path, cell in part.cells:
            n = read_count(scope.answers.get(path, ""))
            if MEASURES.get(cell.measure) != "people":
                continue
            if n is None:
                self.unanswered.append((self.scopes, cell))
            else:
                self.numbers.append(Number(located(path, chain), cell, n, self.scopes))
        if part.each is not None:
            path = located(_age_path(part, scope) or scope.repeat, chain)
            sex = SEXES.get(known.get("sex", ""), "") or part.each.sex
            self.persons.append(Person(path, sex, _age(known), known.get(SITUATION, "")))


def _age_path(part: TaggedPart, scope: Scope) -> str:
    """The question that told the age."""
    asked = dict(part.dimensions)
    return next((asked[name] for name, _ in AGE_READERS if asked.get(name) in scope.answers), "")


def _age(known: Mapping[str, str]) -> int | None:
    event = read_date(known.get("date", ""))
    for dimension, read in AGE_READERS:
        band = read(known.get(dimension, ""), event) if known.get(dimension) else ""
        if band.isdigit():
            return int(band)
    return None


def _positions(root: Scope, definition: Definition) -> Iterator[Position]:
    for scope in root:
        for path, text in scope.answers.items():
            if definition.by_path[path].kind == "geopoint":
                parts = text.split()
                try:
                    latitude, longitude = float(parts[0]), float(parts[1])
                    accuracy = float(parts[3]) if len(parts) > 3 else None
                except (ValueError, IndexError):
                    continue
                if abs(latitude) <= 90 and abs(longitude) <= 180:
                    yield Position(located(path, (scope,)), latitude, longitude, accuracy)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
