"""What a sheet counts: its answers and its form's tally tags, turned into records, facts and findings.

Called by `aggregates.tallies.roll_up` for every submission that changed. No database, no clock: the same sheet
and the same definition give the same facts wherever and whenever they are derived.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from forms.definition.age_band import AgeBandInvalid, completed_years, parse_band
from forms.definition.definition import Definition
from forms.places.cso_code import CsoCode
from sync.counting.cell import Cell, Grain, Kind, key_of
from sync.counting.tag_index import Part, TagIndex, plan_of
from sync.instance.instance import Scope

__all__ = ["Cell", "Derivation", "Finding", "Grain", "Kind", "Record", "derive", "key_of"]

LARGEST_COUNT = 2**31 - 1
"""What a form engine's `int` holds: a longer row of digits is a slip of the pen, not a crowd."""
OLDEST_AGE = 130
SEXES = {"M": "M", "m": "M", "F": "F", "f": "F"}
NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Record:
    """What one scope of a sheet (its root, or one repeat instance) counted, and under which grain."""

    number: int
    """0 for the root, then 1, 2 … in the order of the document."""
    grain: Grain
    event_date: str
    """ISO date, or "" where the sheet has no readable one."""
    status: str
    """The status answer ("oui", "reportee" …), "" where the form asks none."""
    facts: tuple[tuple[Cell, int], ...]
    """Each cell once. An unanswered cell is unknown and not there; zero is a number like another."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about a sheet that a coordinator should look at. No name and no free text is repeated here."""

    rule: str
    """Its code (`aggregates.quality.catalogue`): "missing_date", "unreadable_value", "stated_total_mismatch" …"""
    path: str
    """The question, repeat instances numbered ("/personnes[2]/age")."""
    details: Mapping[str, int | str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Derivation:
    """Everything that the roll-up keeps of one sheet."""

    records: tuple[Record, ...]
    findings: tuple[Finding, ...] = ()


def derive(scope: Scope, definition: Definition, *, project_id: int) -> Derivation:
    """The records and findings of a sheet, from its root scope.

    A sheet whose status is not among the held ones keeps its records, without facts (domain page § 5.1).
    The period is the date of the event, and a stated total is compared, never counted (§ 6.2, § 10 V06).
    """
    sheet = _Sheet(plan_of(definition), definition.form_id, project_id)
    sheet.read(scope, (), NOTHING, True)
    sheet.compare_totals()
    return Derivation(tuple(sheet.records), tuple(sheet.findings.values()))


class _Sheet:
    """One sheet while it is read."""

    def __init__(self, plan: TagIndex, form: str, project_id: int) -> None:
        self.parts = plan.parts
        self.form = form
        self.project_id = project_id
        self.repeat_records = 0
        self.records: list[Record] = []
        self.chains: list[tuple[Scope, ...]] = []
        """Of each record, the scopes from the root down to its own."""
        self.totals: list[tuple[Scope, tuple[Scope, ...], str, Kind, int]] = []
        self.findings: dict[tuple[str, str], Finding] = {}

    def read(
        self, scope: Scope, outer: tuple[Scope, ...], dimensions: Mapping[str, str], took_place: bool
    ) -> None:
        """Read a scope and those inside it; what is not answered here is taken from further out."""
        chain = (*outer, scope)
        part = self.parts.get(scope.repeat)
        if part is not None:
            dimensions = _answered(part, scope.answers, dimensions)
            if part.took_place is not None:
                took_place = took_place and dimensions.get("status", "") in part.took_place
            if part.has_record:
                self.record(scope, chain, part, dimensions, took_place)
        for child in scope.children:
            self.read(child, chain, dimensions, took_place)

    def record(
        self,
        scope: Scope,
        chain: tuple[Scope, ...],
        part: Part,
        dimensions: Mapping[str, str],
        took_place: bool,
    ) -> None:
        """Add the record of a scope."""
        number = 0
        if scope.repeat:
            self.repeat_records += 1
            number = self.repeat_records
        event = _date(dimensions.get("date", ""))
        if event is None:
            self.find_missing_date(chain)
        facts = self.facts(scope, chain, part, dimensions, event) if took_place else {}
        event_date = "" if event is None else event.isoformat()
        get = dimensions.get
        grain = Grain(
            event_date[:7],
            self.project_id,
            self.form,
            get("place", ""),
            get("cso", ""),
            get("activity", ""),
            get("setting", ""),
            get("programme", ""),
            get("mechanism", ""),
            get("category", ""),
        )
        self.records.append(Record(number, grain, event_date, get("status", ""), tuple(facts.items())))
        self.chains.append(chain)

    def facts(
        self,
        scope: Scope,
        chain: tuple[Scope, ...],
        part: Part,
        dimensions: Mapping[str, str],
        event: date | None,
    ) -> dict[Cell, int]:
        """The numbers of a scope that was held."""
        answers = scope.answers
        facts: dict[Cell, int] = {}
        for path, cell in part.cells:
            text = answers.get(path)
            if text is not None:
                n = self.count(text, path, chain)
                if n is not None:
                    facts[cell] = facts[cell] + n if cell in facts else n
        for path, cell in part.events:
            text = answers.get(path)
            if text is not None:
                facts[cell] = facts.get(cell, 0) + (read_count(text) != 0)
        for path, kind in part.totals:
            text = answers.get(path)
            if text is not None:
                stated = self.count(text, path, chain)
                if stated is not None:
                    self.totals.append((scope, chain, path, kind, stated))
        if part.each is not None:
            cell = self.person(part.each, dimensions, event, chain)
            facts[cell] = facts.get(cell, 0) + 1
        return facts

    def count(self, text: str, path: str, chain: tuple[Scope, ...]) -> int | None:
        """A number of heads; None, with a finding, where there is none to be read."""
        n = read_count(text)
        if n is None:
            self.find("unreadable_value", path, chain)
        return n

    def person(
        self, cell: Cell, dimensions: Mapping[str, str], event: date | None, chain: tuple[Scope, ...]
    ) -> Cell:
        """The cell of one person: sex and age from the answers, else from the repeat's own tag."""
        sex = SEXES.get(dimensions.get("sex", ""), "") or cell.sex
        band = self.age(dimensions, event, chain) or cell.age_band
        return cell._replace(sex=sex, age_band=band)

    def age(self, dimensions: Mapping[str, str], event: date | None, chain: tuple[Scope, ...]) -> str:
        """Completed years on the day of the event (domain page § 2.2, rule 4), or a band declared as such.

        A date of birth is exact and comes first, then the declared age, then the year of birth.
        """
        for dimension, read in AGE_READERS:
            text = dimensions.get(dimension, "")
            if text:
                if dimension != "age" and event is None:
                    continue
                band = read(text, event)
                if band:
                    return band
                self.find("unreadable_value", self.path_of(dimension, chain), chain)
        return ""

    def path_of(self, dimension: str, chain: tuple[Scope, ...]) -> str:
        """The question that answered a dimension, looked for from the innermost scope outwards."""
        for scope in reversed(chain):
            part = self.parts.get(scope.repeat)
            for name, path in reversed(part.dimensions if part else ()):
                if name == dimension and path in scope.answers:
                    return path
        return ""

    def find_missing_date(self, chain: tuple[Scope, ...]) -> None:
        """A finding at the innermost question that should have given the date."""
        for depth in range(len(chain), 0, -1):
            part = self.parts.get(chain[depth - 1].repeat)
            if part is not None and part.date_path:
                self.find("missing_date", part.date_path, chain[:depth])
                return
        self.find("missing_date", "", ())

    def find(
        self, rule: str, path: str, chain: tuple[Scope, ...], details: Mapping[str, int | str] = NOTHING
    ) -> None:
        """Note a finding, once for each rule and question."""
        where = located(path, chain)
        self.findings.setdefault((rule, where), Finding(rule, where, details))

    def compare_totals(self) -> None:
        """Compare each stated total with the cells of its scope and of those inside it."""
        for scope, chain, path, kind, stated in self.totals:
            counted = sum(
                n
                for record, inside in zip(self.records, self.chains, strict=True)
                if any(each is scope for each in inside)
                for cell, n in record.facts
                if cell[:4] == kind
            )
            if counted != stated:
                details = {"stated": stated, "counted": counted, "difference": stated - counted}
                self.find("stated_total_mismatch", path, chain, details)


def read_count(text: str) -> int | None:
    """A whole number from 0 up, as form engines write it ("12", "12.0", "1.2E1"); None for all else.

    >>> read_count("12"), read_count("12.0"), read_count("-1"), read_count("douze")
    (12, 12, None, None)
    """
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    if "_" in text:
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return int(number) if number.is_integer() and 0 <= number <= LARGEST_COUNT else None


def _answered(part: Part, answers: Mapping[str, str], outer: Mapping[str, str]) -> Mapping[str, str]:
    dimensions = dict(outer)
    for dimension, path in part.dimensions:
        text = answers.get(path)
        if text is not None:
            # forms write codes of organisations in any case, and readers reach them in one
            dimensions[dimension] = CsoCode(text) if dimension == "cso" else text.strip()
    return dimensions


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _age(text: str, event: date | None) -> str:
    age = read_count(text)
    if age is not None:
        return str(age) if age <= OLDEST_AGE else ""
    try:
        return str(parse_band(text))
    except AgeBandInvalid:
        return ""


def _age_by_birthdate(text: str, event: date | None) -> str:
    birth = _date(text)
    if birth is None or event is None or birth > event:
        return ""
    return _age(str(completed_years(birth, event)), event)


def _age_by_year(text: str, event: date | None) -> str:
    year = read_count(text)
    if year is None or event is None or year > event.year:
        return ""
    return _age(str(event.year - year), event)


AGE_READERS = (("birthdate", _age_by_birthdate), ("age", _age), ("birth_year", _age_by_year))
"""By which dimension an age is told, the exact one first; each reads an answer and the day of the event."""


def located(path: str, chain: tuple[Scope, ...]) -> str:
    """A question with its repeat instances numbered: "/personnes[2]/age"."""
    for scope in reversed(chain):
        if scope.repeat and path.startswith(scope.repeat):
            path = f"{scope.repeat}[{scope.position[-1]}]{path[len(scope.repeat) :]}"
    return path
