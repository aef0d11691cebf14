"""A month's compilation sheet for whoever shows or signs it: pages, the API, files and the command line ask here."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from aggregates.compilation import signatures
from aggregates.compilation.compile import Known, MonthAsked, compile_month
from aggregates.compilation.contributions import count_waiting
from aggregates.compilation.sign import Wish, sign
from aggregates.compilation.signatures import Signer
from aggregates.compilation.snapshot import CompiledMonth, thawed
from aggregates.compilation.tabulation import Line
from aggregates.compilation.workflow import (
    FREEZING,
    REOPEN,
    SUBMITTED,
    TAKE_BACK,
    VALIDATED,
    Step,
    frozen_step,
    state_of,
)
from aggregates.tallies.roll_up import roll_up
from aggregates.tallies.tally_queries import names_of_places
from forms.base.moment import read
from forms.base.month import Month
from forms.base.sqlite import Database
from forms.places.csos import Cso, CsoUnknown, find_cso
from forms.places.projects import Project
from server.base import clock
from server.base.refusals import AddressUnknown
from server.compilation.table import Reader
from server.identity.accounts import names_of
from server.identity.role import BY_SYSTEM
from server.night.examining import examine_here
from server.plan.expecting import animator, expectation_of, phones_of
from server.settings.settings import Settings
from server.store.database import Storage
from server.store.locks import exclusive
from server.web.access import Asker, Reach
from server.words.code_names import activity_names, listed_forms
from sync.review import narratives
from sync.review.narratives import Narrative

ROLLING_UP = "rollup"


@dataclass(frozen=True, slots=True)
class MonthShown:
    """A month as somebody looks at it."""

    asked: MonthAsked
    steps: tuple[Step, ...]
    """Oldest first."""
    month: CompiledMonth
    """What is shown: the snapshot of a validated month, and what sheets tell now of any other."""
    changed: tuple[Line, ...] = ()
    """Of a signed month: sheets that came, changed or were decided on since, as they are now (or were, if gone)."""
    waiting: int = 0
    """Sheets that arrived or changed since the last roll-up."""

    @property
    def state(self) -> str:
        """ "draft", "submitted" or "validated"."""
        return state_of(self.steps)

    @property
    def digest(self) -> str:
        """Of what was signed, "" for a draft."""
        step = frozen_step(self.steps)
        return step.digest if step else ""

    def last(self, action: str) -> Step | None:
        """The last step of this kind that still stands, None where there is none."""
        for step in reversed(self.steps):
            if step.action == action:
                return step
            if step.action in (REOPEN, TAKE_BACK):
                return None
        return None


def month_asked(db: Database, project: Project, code: str, month: str) -> MonthAsked:
    """The month of a CSO of a project. Raises CsoUnknown."""
    return MonthAsked(project, cso_of_project(db, project, code), month)


def month_within(db: Database, project: Project, reach: Reach, code: str, month: str) -> MonthAsked:
    """The month of an address, if it is one that the asker may see. Raises AddressUnknown or CsoUnknown.

    The CSOs of others do not exist for a coordinator.
    """
    if not Month.is_written(month):
        raise AddressUnknown
    if not reach.covers(code):
        raise CsoUnknown(code=code)
    return month_asked(db, project, code, month)


def cso_of_project(db: Database, project: Project, code: str) -> Cso:
    """The organisation of a code, in any case, that works in a project. Raises CsoUnknown."""
    return find_cso(db, code, project_id=project.id)


def compiled(
    db: Database, settings: Settings, asked: MonthAsked, *, now: datetime, with_expected: bool = True
) -> CompiledMonth:
    """The month as its sheets tell it now; `with_expected`, also what was expected of it."""
    phones = phones_of(db, asked.project.id, cso=asked.code)
    known = Known(
        expectation_of(db, settings, asked.project.id, cso=asked.code, month=asked.month, now=now)
        if with_expected
        else None,
        tuple(animator(phone) for phone in phones),
        names_of(db),
        settings.zone,
    )
    return compile_month(db, asked, known)


def month_shown(
    db: Database, settings: Settings, asked: MonthAsked, *, now: datetime, with_expected: bool = True
) -> MonthShown:
    """The month as it is to be looked at, with what changed since it was signed.

    Without `with_expected`, a month that is compiled now does not say what was expected: its numbers do not need it.
    """
    steps = tuple(signatures.steps_of(db, asked.project.id, cso=asked.code, month=asked.month))
    waiting = count_waiting(db, asked.project.id, cso=asked.code)
    with_expected = with_expected and state_of(steps) != VALIDATED  # of which the snapshot is shown
    live = compiled(db, settings, asked, now=now, with_expected=with_expected)
    step = frozen_step(steps)
    if step is None or step.action not in FREEZING:
        return MonthShown(asked, steps, live, (), waiting)
    signed = thawed(signatures.contents_of(db, step.id))
    shown = signed if state_of(steps) == VALIDATED else live
    return MonthShown(asked, steps, shown, changed_lines(signed, live), waiting)


def changed_lines(signed: CompiledMonth, live: CompiledMonth) -> tuple[Line, ...]:
    """The sheets of which a signed month tells something else than its sheets do now."""
    if signed.seen == live.seen:
        return ()
    found = {}
    for key in sorted({*signed.lines, *live.lines}):
        before = _by_sheet(signed.lines.get(key, ()))
        after = _by_sheet(live.lines.get(key, ()))
        for sheet in sorted(before.keys() | after.keys()):
            if before.get(sheet) != after.get(sheet):
                found[sheet] = (after.get(sheet) or before[sheet])[0]
    return tuple(found.values())


def months_of_change(db: Database, shown: MonthShown, zone: tzinfo) -> list[str]:
    """Of a validated month: the months in which sheets changed since, where the differences stand."""
    if shown.state != VALIDATED:
        return []
    ids = [line.submission_id for line in shown.changed]
    changes = signatures.last_changes(db, ids, after="").values()
    return [str(month) for month in sorted({Month.at(read(moment), zone) for moment in changes})]


def take_step(
    storage: Storage,
    settings: Settings,
    asked: MonthAsked,
    *,
    wish: Wish,
    signer: Signer,
    now: datetime,
) -> str:
    """Take a step with a month; gives the state that it leads to. What waited is counted before it is signed.

    Raises what `aggregates.compilation.sign.sign` raises, and `server.store.locks.Busy` where a roll-up is under way.
    """
    if wish.action in FREEZING:
        with storage.reading() as db:
            waiting = count_waiting(db, asked.project.id, cso=asked.code)
        if waiting:
            recount(storage, settings)

    def work(db: Database) -> str:
        month = compiled(db, settings, asked, now=now)
        return sign(db, asked.project.id, month=month, wish=wish, signer=signer, now=now)

    return storage.write(work)


def recount(storage: Storage, settings: Settings) -> int:
    """Examine and count what arrived since the last roll-up; gives how many sheets were read.

    Raises `server.store.locks.Busy` where another roll-up is under way.
    """
    examine_here(settings, storage)
    run = roll_up(
        storage.writing,
        storage.reading,
        full=False,
        now=clock.now,
        alone=exclusive(settings.roll_up_lock, what=ROLLING_UP),
    )
    return run.submissions


def reader_of(db: Database, settings: Settings, project: Project, language: str) -> Reader:
    """A reader of a project's sheets, with what its forms call their activities."""
    activities = activity_names(db, listed_forms(db, project.id), language)
    return Reader(language, settings.zone, activities, settings.reminders.limits.late_days)


def signer_of(asker: Asker, verb: str) -> Signer:
    """Who takes a step, with the role that lets them."""
    name = asker.account.display_name if asker.account else ""
    role = next(
        (assignment.role for assignment in asker.assignments if verb in BY_SYSTEM[assignment.role].verbs), ""
    )
    return Signer(asker.id, name, role)


def narratives_of(db: Database, asked: MonthAsked) -> list[tuple[Narrative, str]]:
    """What animators tell of the month in their own words, each with the name of its place."""
    told = narratives.of_month(db, asked.project.id, cso=asked.code, month=asked.month)
    names = names_of_places(db, sorted({narrative.place for narrative in told}))
    return [(narrative, names.get(narrative.place, narrative.place)) for narrative in told]


def may_follow(state: str, *, submits: bool, validates: bool) -> tuple[str, ...]:
    """The steps that somebody with these rights may take from a state."""
    found = []
    if submits and state == "draft":
        found.append("submit")
    if submits and state == SUBMITTED:
        found.append("take_back")
    if validates and state == SUBMITTED:
        found += ["validate", "reopen"]
    if validates and state == VALIDATED:
        found.append("reopen")
    return tuple(found)


def _by_sheet(lines: tuple[Line, ...]) -> dict[int, list[Line]]:
    found: dict[int, list[Line]] = {}
    for line in lines:
        found.setdefault(line.submission_id, []).append(line)
    return found
