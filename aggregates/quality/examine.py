"""The examination: brings the findings of the quality rules up to what the sheets say now.

Two steps, each in short transactions, so that phones wait for milliseconds only:

1. Every sheet that changed since the bookmark in the feed is read again: what its answers alone say is found, and its
   row for its neighbours is written. Sheets that may say something else because of that are noted.
2. Every noted sheet is compared with its neighbours, by their rows, without reading any XML.

What was noted is kept with the bookmark, so that an examination that is cut off goes on where it was. When a threshold,
the age scheme or reference data change, all sheets are examined again by themselves: the bookmark carries their
digest. An examination in any number of pieces ends in the same findings as one of everything at once. Two must not
run at the same time: the caller's lock sees to it.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

from aggregates.quality import arrivals, findings, fingerprints, references, usual_sizes
from aggregates.quality.fingerprint import Fingerprint, fingerprint_of
from aggregates.quality.reference import Mechanisms, ReferenceData
from aggregates.quality.rule_size import NOTHING_YET
from aggregates.quality.rulebook import Surroundings, findings_among, findings_in
from aggregates.quality.sheet import Arrival, read_sheet
from aggregates.quality.threshold import Thresholds
from forms.base.blobs import BlobStore
from forms.base.sqlite import Database, sqlite3
from forms.catalogue.definitions import load_definition
from forms.definition.age_scheme import AgeScheme
from forms.definition.definition import Definition
from sync import changes
from sync.counting.derivation import Finding
from sync.counting.fact import derive
from sync.counting.schemes import scheme_in_use
from sync.instance.instance import parse_instance, scopes
from sync.intake import submissions
from sync.intake.submissions import Current

log = logging.getLogger(__name__)

BATCH = 200

RULES = 7
"""Goes up with a rule that finds otherwise than it did, so that every sheet is examined once more."""

Opening = Callable[[], AbstractContextManager[Database]]


@dataclass(frozen=True, slots=True)
class Basis:
    """What sheets are examined against, beside the reference data in the database."""

    thresholds: Thresholds
    blobs: BlobStore | None = None
    """Holds the lists that forms offer (mechanisms); without it the rule about them says nothing."""


@dataclass(frozen=True, slots=True)
class Examined:
    """How much was done."""

    sheets: int
    """Read again."""
    compared: int


def examine(
    writing: Opening,
    reading: Opening,
    *,
    now: datetime,
    basis: Basis,
    full: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Examined:
    """Examine what changed, or everything. `progress` is told how many sheets are read, of how many."""
    with reading() as db:
        known = references.load(db)
        scheme = scheme_in_use(db)
    # the bookmark's name carries what findings depend on: when that changes, no bookmark is there, and all is read
    depends_on = f"{RULES}{basis.thresholds.written}{known.digest}{scheme.written}"
    reader = f"{changes.EXAMINATION} {blake2b(depends_on.encode(), digest_size=8).hexdigest()}"
    work = _Examination(writing, reading, now, basis.thresholds, basis.blobs, known, scheme, reader, progress)
    with reading() as db:
        is_first = not changes.has_bookmark(db, work.reader)
    if full or is_first:
        work.take_all()
    work.take_changes()
    work.compare_noted()
    if work.sheets or work.compared:
        log.info("examination sheets=%d compared=%d", work.sheets, work.compared)
    return Examined(work.sheets, work.compared)


@dataclass
class _Examination:
    """One examination under way."""

    writing: Opening
    reading: Opening
    now: datetime
    thresholds: Thresholds
    blobs: BlobStore | None
    known: ReferenceData
    scheme: AgeScheme
    reader: str
    progress: Callable[[int, int], None] | None
    sheets: int = 0
    compared: int = 0

    def __post_init__(self) -> None:
        self.mechanisms: dict[int, Mechanisms] = {}

    def take_changes(self) -> None:
        """Read what changed since the bookmark; each batch moves the bookmark together with what it found."""
        while True:
            with self.reading() as db:
                start = changes.bookmark(db, self.reader)
                changed = changes.since(db, start, BATCH)
                ids = sorted({submission_id for _, submission_id in changed})
                read = self.read(db, ids, submissions.current(db, ids))
            if not changed:
                return
            with self.writing() as db:
                touched = self.keep(db, read)
                fingerprints.note_followers(db, touched, self.thresholds)
                for kind, months in usual_sizes.months_of(touched).items():
                    usual_sizes.bring_up_to_date(db, kind, sorted(months), self.thresholds)
                changes.move_bookmark(db, self.reader, changed[-1][0])
            self.sheets += len(ids)

    def take_all(self) -> None:
        """Read every sheet again, and note all of them.

        The bookmark goes first and comes last, so that one that is cut off begins again.
        """
        with self.writing() as db:
            before = changes.last_number(db)
            changes.forget_bookmarks(db, changes.EXAMINATION)
            total = submissions.count(db)
        last = 0
        while True:
            with self.reading() as db:
                current = submissions.walk(db, after=last, limit=BATCH)
                read = self.read(db, [submission.submission_id for submission in current], current)
            if not current:
                break
            with self.writing() as db:
                self.keep(db, read)
            last = current[-1].submission_id
            self.sheets += len(current)
            if self.progress:
                self.progress(self.sheets, max(total, self.sheets))
        with self.writing() as db:
            fingerprints.note_all(db)
        with self.reading() as db:
            kinds = usual_sizes.every_kind(db)
        for kind in kinds:
            with self.writing() as db:
                usual_sizes.bring_up_to_date(db, kind, None, self.thresholds)
        with self.writing() as db:
            changes.move_bookmark(db, self.reader, before)

    def compare_noted(self) -> None:
        """Compare every sheet that was noted."""
        while True:
            with self.reading() as db:
                ids = fingerprints.still_to_compare(db, BATCH)
                found = self.compare(db, ids)
            if not ids:
                return
            with self.writing() as db:
                findings.replace(db, found, among=True)
                fingerprints.done(db, ids)
            self.compared += len(ids)

    def read(
        self, db: Database, ids: Sequence[int], current: Sequence[Current]
    ) -> dict[int, tuple[tuple[Finding, ...], Fingerprint | None]]:
        """What these sheets say alone, and their rows; nothing of those that are not there or deleted."""
        read: dict[int, tuple[tuple[Finding, ...], Fingerprint | None]] = dict.fromkeys(ids, ((), None))
        came = arrivals.of_submissions(db, ids)
        definitions: dict[int, Definition | None] = {}
        for submission in current:
            if submission.is_deleted or submission.submission_id not in came:
                continue
            key = submission.definition_id
            if key not in definitions:
                definitions[key] = _definition(db, key)
                self.mechanisms.setdefault(key, references.mechanisms_of(db, self.blobs, key))
            read[submission.submission_id] = self.read_one(
                submission, definitions[key], came[submission.submission_id]
            )
        return read

    def read_one(
        self, current: Current, definition: Definition | None, arrival: Arrival
    ) -> tuple[tuple[Finding, ...], Fingerprint | None]:
        """One sheet. Of a confidential one only what was found while counting is told, and it has no neighbours."""
        if definition is None:
            return (_unreadable("DefinitionUnreadable"),), None
        try:
            scope = scopes(parse_instance(current.xml), definition)
            derivation = derive(scope, definition, project_id=current.project_id, owner=current.owner)
            if definition.is_confidential:
                return derivation.findings, None
            sheet = read_sheet(scope, definition, derivation, arrival, self.scheme)
            mechanisms = self.mechanisms[current.definition_id]
            found = findings_in(sheet, self.known, mechanisms, self.thresholds)
            return (*derivation.findings, *found), fingerprint_of(sheet)
        except Exception as error:
            reason = type(error).__name__
            log.warning("sheet unreadable submission=%d reason=%s", current.submission_id, reason)
            return (_unreadable(reason),), None

    def keep(
        self, db: Database, read: Mapping[int, tuple[tuple[Finding, ...], Fingerprint | None]]
    ) -> list[Fingerprint]:
        """Write what was read; gives the rows, old and new, that changed.

        A sheet that is held back now, or no longer, changes what is counted: the feed says so.
        """
        for key in findings.replace(db, {key: found for key, (found, _) in read.items()}, among=False):
            changes.append(db, key, "flag", self.now)
        return fingerprints.replace(db, {key: row for key, (_, row) in read.items()})

    def compare(self, db: Database, ids: Sequence[int]) -> dict[int, tuple[Finding, ...]]:
        """What is found when these sheets are compared; nothing for those that have no row any more."""
        rows = fingerprints.of_submissions(db, ids)
        these = list(rows.values())
        near = fingerprints.near(db, these, self.thresholds)
        same_day = fingerprints.same_day(db, these)
        how_many = fingerprints.how_many_that_day(db, these, self.thresholds)
        usual = usual_sizes.usual_of(db, these)
        together = fingerprints.together(db, these)
        limit = max(self.thresholds.repeated_sheets, self.thresholds.round_sheets) - 1
        found: dict[int, tuple[Finding, ...]] = dict.fromkeys(ids, ())
        for key, row in rows.items():
            sum_of_month, population = together.get(key, (0, None))
            surroundings = Surroundings(
                near.get(key, ()),
                same_day.get(key, ()),
                how_many.get(key, 0),
                fingerprints.before(db, row, self.thresholds, limit),
                usual.get(key, NOTHING_YET),
                sum_of_month,
                population,
            )
            found[key] = findings_among(row, surroundings, self.thresholds)
        return found


def _definition(db: Database, definition_id: int) -> Definition | None:
    try:
        return load_definition(db, definition_id)
    except sqlite3.Error:
        raise
    except Exception as error:
        log.warning("definition unreadable id=%d reason=%s", definition_id, type(error).__name__)
        return None


def _unreadable(reason: str) -> Finding:
    return Finding("unreadable_sheet", "", {"reason": reason})
