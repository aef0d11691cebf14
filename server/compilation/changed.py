"""What changed in the months of CSOs since they were signed, or since any moment, for pages, programs and terminal."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from aggregates.compilation import contributions, signatures
from aggregates.compilation.adjustment import by_row
from aggregates.compilation.compile import MonthAsked
from aggregates.compilation.source import Sums
from aggregates.compilation.workflow import FREEZING, VALIDATE, Step
from aggregates.history.change import ChangeGroup, SheetChange, added, groups_of
from aggregates.history.compare import changes_since
from aggregates.history.past_sheets import ChangeSpan, touched
from forms.base.moment import written
from forms.base.sqlite import Database
from forms.definition.age_scheme import AgeScheme
from forms.places.cso_code import CsoCode
from forms.places.projects import Project
from server.base.refusals import ParameterInvalid
from server.settings.settings import Settings
from sync.counting.schemes import scheme_in_use

LAST_DAYS = 7
"""Where nothing was signed, and nobody says since when."""
OfMonth = tuple[CsoCode, str]


@dataclass(frozen=True, slots=True)
class MonthChanges:
    """What became of a CSO's month."""

    cso: str
    month: str
    since: str
    """The moment."""
    step: Step | None
    """The signature at that moment, None for any other moment."""
    changes: tuple[SheetChange, ...]
    groups: tuple[ChangeGroup, ...]
    """The same by kind, each with the differences that it brings."""
    together: ChangeGroup
    """All of them."""
    scheme: AgeScheme = field(repr=False)
    """By which women are told from girls."""

    def brings(self, submission_id: int) -> dict[str, tuple[Sums, Sums]]:
        """The differences that one sheet brings, as the groups have them."""
        return by_row(
            added(change for change in self.changes if change.submission_id == submission_id), self.scheme
        )


def since_signed(steps: Iterable[Step]) -> Step | None:
    """The signature from which on changes of a month are told: the last one, also of a month that was opened again."""
    return next((step for step in reversed(list(steps)) if step.action in FREEZING), None)


def moment_asked(text: str, settings: Settings, *, now: datetime) -> str:
    """The moment that somebody wrote: a day ("2020-04-20", from its first minute on where fiche works) or a moment.

    "" stands for some days ago. Raises ParameterInvalid.
    """
    if not text:
        return written(now - timedelta(days=LAST_DAYS))
    try:
        if len(text) == len("2020-04-20"):
            day = date.fromisoformat(text)
            return written(datetime(day.year, day.month, day.day, tzinfo=settings.zone))
        moment = datetime.fromisoformat(text)
        return written(moment if moment.tzinfo else moment.replace(tzinfo=settings.zone))
    except (ValueError, OverflowError):
        allowed = ("2020-04-20", "2020-04-20T18:30:00Z")
        raise ParameterInvalid(parameter="since", value=text, allowed=allowed) from None


def changes_of_month(
    db: Database, settings: Settings, asked: MonthAsked, *, since: str, now: datetime
) -> MonthChanges:
    """What became of a month since a moment that somebody wrote; "" since it was signed, else the last days.

    Raises ParameterInvalid.
    """
    steps = signatures.steps_of(db, asked.project.id, cso=asked.code, month=asked.month)
    step = None if since else since_signed(steps)
    moment = step.taken_at if step else moment_asked(since, settings, now=now)
    span = _span(asked.code, asked.month, moment, step)
    found = changes_since(db, asked.project.id, [span]).get(span.key, ())
    return _told(db, span, asked.cso.code, step, found)


def changes_of_project(
    db: Database, project: Project, moment: str, *, csos: frozenset[CsoCode] | None
) -> list[MonthChanges]:
    """What became of every month of CSOs (None for all) since a moment, by CSO and month; those without left out."""
    counted = contributions.months_with_sheets(db, project.id, csos=csos)
    months = {*counted, *signatures.last_steps(db, project.id, csos=csos)}
    spans = [ChangeSpan(cso, month, moment) for cso, month in sorted(months)]
    found = changes_since(db, project.id, spans)
    by_key = {span.key: span for span in spans}
    return [_told(db, by_key[key], key[0].shown, None, changes) for key, changes in sorted(found.items())]


def counts_since_signed(db: Database, project: Project, last: Mapping[OfMonth, Step]) -> dict[OfMonth, int]:
    """To how many sheets of each month something happened since it was signed; months that nobody signed left out.

    Whether their numbers are otherwise is not looked at: the list of months has years of them.
    """
    spans = [
        _span(cso, month, step.taken_at, step)
        for (cso, month), step in last.items()
        if step.action in FREEZING
    ]
    return {key: len(sheets) for key, sheets in touched(db, project.id, spans).items()}


def _span(cso: CsoCode, month: str, moment: str, step: Step | None) -> ChangeSpan:
    is_frozen = step is not None and step.action == VALIDATE
    return ChangeSpan(cso, month, moment, step.id if step and is_frozen else 0, is_signed=step is not None)


def _told(
    db: Database, span: ChangeSpan, cso: str, step: Step | None, changes: tuple[SheetChange, ...]
) -> MonthChanges:
    scheme = scheme_in_use(db)
    sheets = tuple(change.submission_id for change in changes)
    together = ChangeGroup("", sheets, by_row(added(changes), scheme))
    return MonthChanges(
        cso, span.month, span.since, step, changes, groups_of(changes, scheme), together, scheme
    )
