"""Who is to be reminded of what: sheets that did not come, phones that are silent, sheets to be corrected.

The page, the files, the email and the command line all tell of one value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from aggregates.plan.expectation import AwaitedResult
from aggregates.tallies.tally_queries import names_of_places
from forms.base.month import Month
from forms.base.sqlite import Database
from forms.places.cso_code import CsoCode
from server.plan.expecting import Phones, animator, expectations_of, phones_by_cso, today
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
    """Whether it is to be reminded: for more days than the configuration allows since its last sheet, or, where it
    never sent one, since it was put in service."""


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
        return sum(session.count for session in self.missing)

    @property
    def overdue_count(self) -> int:
        """How many of them are overdue."""
        return sum(session.count for session in self.missing if session.is_overdue)

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
            tuple(session for session in self.missing if session.animator.casefold() == wanted),
            tuple(silence for silence in self.silences if silence.animator.casefold() == wanted),
            tuple(correction for correction in self.to_correct if correction.animator.casefold() == wanted),
        )

    def overdue_only(self) -> "Reminders":
        """Without what may still come in time."""
        missing = tuple(session for session in self.missing if session.is_overdue)
        return Reminders(self.months, self.csos, missing, self.silences, self.to_correct)

    def personal(self) -> list[Personal]:
        """By name: those who have anything to be told. Two CSOs may have animators of the same name."""
        keys = {(session.animator, session.cso) for session in self.missing}
        keys |= {(silence.animator, silence.cso) for silence in self.silent}
        keys |= {(correction.animator, correction.sheet.cso) for correction in self.to_correct}
        return [
            Personal(
                name,
                cso,
                tuple(session for session in self.missing if (session.animator, session.cso) == (name, cso)),
                tuple(
                    correction
                    for correction in self.to_correct
                    if (correction.animator, correction.sheet.cso) == (name, cso)
                ),
                next(
                    (silence for silence in self.silent if (silence.animator, silence.cso) == (name, cso)),
                    None,
                ),
            )
            for name, cso in sorted(keys, key=lambda key: (key[0].casefold(), key[1]))
            if name
        ]


@dataclass(frozen=True, slots=True)
class ReminderQuery:
    """Whose reminders are wanted: of which CSOs, for which months ("2020-03"), in which language."""

    csos: Sequence[CsoCode]
    months: Sequence[str]
    language: str


def reminders_of(
    db: Database,
    settings: Settings,
    project_id: int,
    query: ReminderQuery,
    *,
    now: datetime,
) -> Reminders:
    """What there is to remind of."""
    phones = phones_by_cso(db, project_id)
    wanted = [(cso, month) for cso in query.csos for month in query.months]
    expectations = expectations_of(db, settings, project_id, wanted=wanted, phones=phones, now=now)
    forms = listed_forms(db, project_id)
    last_day = Month.parse(max(query.months)).last_day.isoformat()
    returned = returned_sheets(db, [form.id for form in forms], csos=frozenset(query.csos), last_day=last_day)
    lines = [line for told in expectations for line in told.missing_lines]
    codes = {*(line.awaited.place for line in lines), *(sheet.place for sheet in returned)}
    words = _Words(names_of_places(db, sorted(codes)), activity_names(db, forms, query.language))
    missing = [
        _missing(line, cso, month, words)
        for (cso, month), told in zip(wanted, expectations, strict=True)
        for line in told.missing_lines
    ]
    missing.sort(
        key=lambda each: (not each.is_overdue, each.month, each.day or "~", each.animator, each.place)
    )
    return Reminders(
        tuple(query.months),
        tuple(query.csos),
        tuple(missing),
        tuple(silences_of(phones, settings, query.csos, now)),
        tuple(_to_correct(returned, phones, query.csos, words)),
    )


@dataclass(frozen=True, slots=True)
class _Words:
    """What codes are called, in the reader's language."""

    places: Mapping[str, str]
    activities: Mapping[str, str]


def _missing(line: AwaitedResult, cso: CsoCode, month: str, words: _Words) -> Missing:
    return Missing(
        cso,
        line.animator_id,
        line.animator,
        words.places.get(line.awaited.place, line.awaited.place),
        month,
        line.awaited.day,
        words.activities.get(line.awaited.activity, line.awaited.activity),
        line.missing,
        line.is_overdue,
    )


def silences_of(phones: Phones, settings: Settings, csos: Sequence[CsoCode], now: datetime) -> list[Silence]:
    """The phones in service of CSOs, the longest silent first."""
    day = today(settings, now)
    found = []
    for cso in csos:
        for phone in phones.get(cso, ()):
            seen = animator(phone).last_seen
            quiet = max(0, (day - date.fromisoformat(day_of(seen or phone.created_at, settings.zone))).days)
            days = quiet if seen else None
            is_long = quiet > settings.reminders.silent_days
            found.append(Silence(phone.id, phone.display_name, cso, seen, days, is_long))
    return sorted(
        found, key=lambda each: (each.days is not None, -(each.days or 0), each.animator.casefold())
    )


def _to_correct(
    returned: Sequence[ReturnedSheet], phones: Phones, csos: Sequence[CsoCode], words: _Words
) -> list[ToCorrect]:
    names = {phone.id: phone.display_name for cso in csos for phone in phones.get(cso, ())}
    return [
        ToCorrect(
            sheet,
            names.get(sheet.animator_id or 0, ""),
            words.places.get(sheet.place, sheet.place),
            words.activities.get(sheet.activity, sheet.activity),
        )
        for sheet in returned
    ]
