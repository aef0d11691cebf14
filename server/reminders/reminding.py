"""Who is to be reminded of what: sheets that did not come, phones that are silent, sheets to be corrected.

The page, the files, the email and the command line all tell of one value.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from aggregates.plan.expectation import AwaitedResult
from aggregates.tallies.tally_queries import names_of_places
from forms.base.month import Month
from forms.base.sqlite import Database
from forms.places.cso_code import CsoCode
from server.plan.expecting import animator, expectation_of, phones_of, today
from server.settings.settings import Settings
from server.words.code_names import activity_names, listed_forms
from server.words.days import day_of
from sync.review.returned_sheets import ReturnedSheet, returned_sheets


@dataclass(frozen=True, slots=True)
class Silence:
    """How long a phone has not synchronised."""

    animator_id: int
    animator: str
    cso: CsoCode
    last_seen: str
    """The moment, "" for never."""
    days: int | None
    is_long: bool
    """Whether it is to be reminded: for more days than the configuration allows, or never yet."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Sheets that are expected and did not come."""

    cso: CsoCode
    animator_id: int | None
    animator: str
    """"" where nobody can tell from whom they are expected."""
    place: str
    """Its name."""
    month: str
    day: str
    activity: str
    """In words."""
    count: int
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class ToCorrect:
    """A sheet that was sent back, with what people read of it."""

    sheet: ReturnedSheet
    animator: str
    place: str
    activity: str


@dataclass(frozen=True, slots=True)
class Personal:
    """What one animator is to be told."""

    animator: str
    cso: CsoCode
    missing: tuple[Missing, ...]
    to_correct: tuple[ToCorrect, ...]
    silence: Silence | None


@dataclass(frozen=True, slots=True)
class Reminders:
    """What there is to remind of."""

    months: tuple[str, ...]
    csos: tuple[CsoCode, ...]
    missing: tuple[Missing, ...]
    """Overdue ones first."""
    silences: tuple[Silence, ...]
    """Every phone, the longest silent first."""
    to_correct: tuple[ToCorrect, ...]

    @property
    def missing_count(self) -> int:
        """How many sheets are missing."""
        return sum(each.count for each in self.missing)

    @property
    def overdue_count(self) -> int:
        """How many of them are overdue."""
        return sum(each.count for each in self.missing if each.is_overdue)

    @property
    def silent(self) -> list[Silence]:
        """The phones that are silent for too long."""
        return [silence for silence in self.silences if silence.is_long]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to remind of."""
        return not self.missing and not self.silent and not self.to_correct

    def of(self, name: str) -> "Reminders":
        """Those that concern one animator."""
        wanted = name.casefold()
        return Reminders(
            self.months,
            self.csos,
            tuple(each for each in self.missing if each.animator.casefold() == wanted),
            tuple(silence for silence in self.silences if silence.animator.casefold() == wanted),
            tuple(each for each in self.to_correct if each.animator.casefold() == wanted),
        )

    def overdue_only(self) -> "Reminders":
        """Without what may still come in time."""
        missing = tuple(each for each in self.missing if each.is_overdue)
        return Reminders(self.months, self.csos, missing, self.silences, self.to_correct)

    def personal(self) -> list[Personal]:
        """By name: those who have anything to be told. Two CSOs may have animators of the same name."""
        keys = {(each.animator, each.cso) for each in self.missing}
        keys |= {(each.animator, each.cso) for each in self.silent}
        keys |= {(each.animator, each.sheet.cso) for each in self.to_correct}
        return [
            Personal(
                name,
                cso,
                tuple(each for each in self.missing if (each.animator, each.cso) == (name, cso)),
                tuple(each for each in self.to_correct if (each.animator, each.sheet.cso) == (name, cso)),
                next((each for each in self.silent if (each.animator, each.cso) == (name, cso)), None),
            )
            for name, cso in sorted(keys, key=lambda key: (key[0].casefold(), key[1]))
            if name
        ]


def reminders_of(
    db: Database,
    settings: Settings,
    project_id: int,
    *,
    csos: Sequence[CsoCode],
    months: Sequence[str],
    language: str,
    now: datetime,
) -> Reminders:
    """The reminders of CSOs for months, in a language."""
    missing: list[Missing] = []
    for cso in csos:
        for month in months:
            reminders = expectation_of(db, settings, project_id, cso=cso, month=month, now=now)
            missing += _missing(
                db, project_id, reminders.missing_lines, cso=cso, month=month, language=language
            )
    missing.sort(
        key=lambda each: (not each.is_overdue, each.month, each.day or "~", each.animator, each.place)
    )
    return Reminders(
        tuple(months),
        tuple(csos),
        tuple(missing),
        tuple(silences_of(db, settings, project_id, csos, now)),
        tuple(_to_correct(db, project_id, csos, Month.parse(max(months)).last_day, language)),
    )


def _missing(
    db: Database,
    project_id: int,
    lines: Sequence[AwaitedResult],
    *,
    cso: CsoCode,
    month: str,
    language: str,
) -> list[Missing]:
    names = names_of_places(db, [line.awaited.place for line in lines])
    activities = activity_names(db, listed_forms(db, project_id), language)
    return [
        Missing(
            cso,
            line.animator_id,
            line.animator,
            names.get(line.awaited.place, line.awaited.place),
            month,
            line.awaited.day,
            activities.get(line.awaited.activity, line.awaited.activity),
            line.missing,
            line.is_overdue,
        )
        for line in lines
    ]


def silences_of(
    db: Database, settings: Settings, project_id: int, csos: Sequence[CsoCode], now: datetime
) -> list[Silence]:
    """The phones in service of CSOs, the longest silent first."""
    day = today(settings, now)
    found = []
    for cso in csos:
        for phone in phones_of(db, project_id, cso=cso):
            seen = animator(phone).last_seen
            days = max(0, (day - date.fromisoformat(day_of(seen, settings.zone))).days) if seen else None
            is_long = days is None or days > settings.reminders.silent_days
            found.append(Silence(phone.id, phone.display_name, cso, seen, days, is_long))
    return sorted(
        found, key=lambda each: (each.days is not None, -(each.days or 0), each.animator.casefold())
    )


def _to_correct(
    db: Database, project_id: int, csos: Sequence[CsoCode], last_day: date, language: str
) -> list[ToCorrect]:
    forms = listed_forms(db, project_id)
    keys = [form.id for form in forms]
    rows = returned_sheets(db, keys, csos=frozenset(csos), last_day=last_day.isoformat())
    names = names_of_places(db, sorted({row.place for row in rows}))
    activities = activity_names(db, forms, language)
    phones = {phone.id: phone.display_name for cso in csos for phone in phones_of(db, project_id, cso=cso)}
    return [
        ToCorrect(
            row,
            phones.get(row.animator_id or 0, ""),
            names.get(row.place, row.place),
            activities.get(row.activity, row.activity),
        )
        for row in rows
    ]
