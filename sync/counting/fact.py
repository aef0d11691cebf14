"""What a sheet counts: its answers and its form's tally tags, turned into records, facts and findings.

The one place that counts. The roll-up keeps what it gives; the inbox's line (`sync.counting.summary`), the quality
rules and whoever else tells the people of a sheet look at it. No database, no clock: the same sheet and the same
definition give the same facts wherever and whenever they are derived.
"""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from forms.definition.definition import Definition
from forms.definition.dimension import DIMENSIONS, Grain
from forms.places.cso_code import CsoCode
from sync.counting.answer import AGE_READERS, BIRTH_YEAR, SEXES, located, read_count, read_date
from sync.counting.cell import Cell, Kind
from sync.counting.derivation import Derivation, Finding, Record
from sync.counting.tag_index import TaggedPart, TagIndex, plan_of
from sync.instance.instance import Scope

NOTHING: Mapping[str, str] = MappingProxyType({})
OF_THE_SHEET = ("place", "activity", "status")
"""Dimensions that tell what a sheet as a whole is about, beside its date."""
_TAGS = {dimension.column: dimension.tag for dimension in DIMENSIONS}
CODE_TAGS = tuple(_TAGS[column] for column in Grain._fields[3:])
"""Which answers fill a grain, after its month, project and form."""


def derive(scope: Scope, definition: Definition, *, project_id: int, owner: CsoCode) -> Derivation:
    """The records and findings of a sheet, from its root scope.

    It counts for the organisation that owns it, whatever it answers (§ 5): that is who may open and sign it.

    A sheet whose status is not among the held ones keeps its records, without facts (domain page § 5.1).
    The period is the date of the event, and a stated total is compared, never counted (§ 6.2, § 10 V06).
    """
    sheet = _Sheet(plan_of(definition), definition.form_id, project_id, owner)
    sheet.read(scope, (), NOTHING, True)
    sheet.compare_totals()
    sheet.tell_estimates()
    return Derivation(
        tuple(sheet.records),
        tuple(sheet.findings.values()),
        sheet.answered.get("date", ""),
        sheet.answered.get("place", ""),
        sheet.answered.get("activity", ""),
        sheet.answered.get("status", ""),
        sheet.took_place,
    )


class _Sheet:
    """One sheet while it is read."""

    def __init__(self, plan: TagIndex, form: str, project_id: int, owner: CsoCode) -> None:
        self.parts = plan.parts
        self.form = form
        self.project_id = project_id
        self.owner = owner
        self.repeat_records = 0
        self.records: list[Record] = []
        self.chains: list[tuple[Scope, ...]] = []
        """Of each record, the scopes from the root down to its own."""
        self.totals: list[tuple[Scope, tuple[Scope, ...], str, Kind, int]] = []
        self.findings: dict[tuple[str, str], Finding] = {}
        self.estimated: list[str] = []
        """The question of each age that only a year of birth told, as located in its chain."""
        self.answered: dict[str, str] = {}
        """What the outermost scope that answers it says of the sheet as a whole."""
        self.took_place = all(part.took_place is None for part in self.parts.values())

    def read(
        self, scope: Scope, outer: tuple[Scope, ...], dimensions: Mapping[str, str], took_place: bool
    ) -> None:
        """Read a scope and those inside it; what is not answered here is taken from further out."""
        chain = (*outer, scope)
        part = self.parts.get(scope.repeat)
        if part is not None:
            dimensions = _answered(part, scope.answers, dimensions)
            self.describe(dimensions)
            if part.took_place is not None:
                took_place = took_place and dimensions.get("status", "") in part.took_place
            if part.has_record:
                self.record(scope, chain, part, dimensions, took_place)
        for child in scope.children:
            self.read(child, chain, dimensions, took_place)

    def describe(self, dimensions: Mapping[str, str]) -> None:
        """Take what a scope says of the sheet as a whole, unless one further out said it."""
        for dimension in OF_THE_SHEET:
            if dimension in dimensions and dimension not in self.answered:
                self.answered[dimension] = dimensions[dimension]
        if "date" in dimensions and "date" not in self.answered:
            event = read_date(dimensions["date"])
            if event is not None:
                self.answered["date"] = event.isoformat()

    def record(
        self,
        scope: Scope,
        chain: tuple[Scope, ...],
        part: TaggedPart,
        dimensions: Mapping[str, str],
        took_place: bool,
    ) -> None:
        """Add the record of a scope."""
        number = 0
        if scope.repeat:
            self.repeat_records += 1
            number = self.repeat_records
        event = read_date(dimensions.get("date", ""))
        if event is None:
            self.find_missing_date(chain)
        facts = self.facts(scope, chain, part, dimensions, event) if took_place else {}
        event_date = "" if event is None else event.isoformat()
        codes = [dimensions.get(tag, "") for tag in CODE_TAGS]
        grain = Grain(event_date[:7], self.project_id, self.form, *codes)._replace(cso=self.owner)
        self.took_place = self.took_place or took_place
        status = dimensions.get("status", "")
        self.records.append(Record(number, grain, event_date, status, tuple(facts.items())))
        self.chains.append(chain)

    def facts(
        self,
        scope: Scope,
        chain: tuple[Scope, ...],
        part: TaggedPart,
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
                    if dimension == BIRTH_YEAR:
                        self.estimated.append(located(self.path_of(dimension, chain), chain))
                    return band
                self.find("unreadable_value", self.path_of(dimension, chain), chain)
        return ""

    def tell_estimates(self) -> None:
        """Say how many ages were told by a year of birth alone: they may be a year too high (§ 2.2, rule 4)."""
        if self.estimated:
            finding = Finding("age_estimated", self.estimated[0], {"count": len(self.estimated)})
            self.findings[finding.rule, finding.path] = finding

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
                if any(outer is scope for outer in inside)
                for cell, n in record.facts
                if cell[:4] == kind
            )
            if counted != stated:
                details = {"stated": stated, "counted": counted, "difference": stated - counted}
                self.find("stated_total_mismatch", path, chain, details)


def _answered(part: TaggedPart, answers: Mapping[str, str], outer: Mapping[str, str]) -> Mapping[str, str]:
    dimensions = dict(outer)
    for dimension, path in part.dimensions:
        text = answers.get(path)
        if text is not None:
            dimensions[dimension] = text.strip()
    return dimensions
