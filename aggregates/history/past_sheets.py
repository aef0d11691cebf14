"""Tells which sheets of months something happened to since a moment, and how sheets stood at a moment.

Nothing is kept for it: versions have their moments, decisions, moves and the trash stand in the audit, and the change
feed is read from the moment on. How long it takes goes with what happened since, and not with what is stored.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from aggregates.compilation.frozen_fact import Both, Facts
from aggregates.history.change import SheetState
from forms.base.sqlite import Database
from forms.places.cso_code import CsoCode
from sync.counting.cell import Cell


@dataclass(frozen=True, slots=True)
class ChangeSpan:
    """From when on changes of a CSO's month are asked for."""

    cso: CsoCode
    month: str
    since: str
    """The moment, as `forms.base.moment.written` writes it; what happened in it is no change."""
    step_id: int = 0
    """The validation at that moment, whose frozen facts are what was signed; 0 for any other moment."""
    is_signed: bool = False
    """Whether the month was signed at the moment."""

    @property
    def key(self) -> tuple[CsoCode, str]:
        """The CSO and month."""
        return self.cso, self.month


OfCsoAndMonth = tuple[CsoCode, str]


@dataclass(frozen=True, slots=True)
class PastVersion:
    """The version of a sheet that counted at a moment."""

    submission_id: int
    number: int
    form: str
    definition_id: int
    xml: bytes


def touched(db: Database, project_id: int, spans: Sequence[ChangeSpan]) -> dict[OfCsoAndMonth, set[int]]:
    """By CSO and month: the sheets that are there, or were signed there, and to which something happened since.

    Of several months at once a sheet stands in the month of its own date alone, whatever its repeats say: every list of
    months asks, and the sheets of years are not gone through for it.
    """
    if len(spans) == 1:
        return {spans[0].key: _touched_in(db, project_id, spans[0])}
    by_key = {span.key: span for span in spans}
    by_step = {(span.step_id, span.month): span for span in spans if span.step_id}
    asked = {
        "project_id": project_id,
        "since": min((span.since for span in spans), default=""),
        "is_later": all(span.since[:7] > span.month for span in spans),
    }
    rows = db.execute(
        """
        SELECT y.cso, substr(y.event_date, 1, 7), c.submission_id, c.changed_at
        FROM change AS c CROSS JOIN sheet_summary AS y ON y.submission_id = c.submission_id
        WHERE c.changed_at > :since  -- months are signed after their end: what came before is not even read out
            AND (NOT :is_later OR substr(c.changed_at, 1, 7) > substr(y.event_date, 1, 7))
            AND c.kind <> 'attachment'  -- brings nothing
            AND y.form_id IN (SELECT id FROM form WHERE project_id = :project_id)
        """,
        asked,
    ).fetchall()
    pairs = [(by_key.get((CsoCode(row[0]), row[1])), row[2], row[3]) for row in rows]
    rows = db.execute(
        """
        SELECT DISTINCT z.step_id, z.month, c.submission_id, c.changed_at
        FROM change AS c CROSS JOIN frozen_fact AS z ON z.submission_id = c.submission_id
        WHERE c.changed_at > :since AND c.kind IN ('edit', 'cso', 'delete')
        """,
        asked,
    ).fetchall()
    pairs += [(by_step.get((row[0], row[1])), row[2], row[3]) for row in rows]
    found: dict[OfCsoAndMonth, set[int]] = {}
    for span, submission_id, changed_at in pairs:
        if span is not None and changed_at > span.since:
            found.setdefault(span.key, set()).add(submission_id)
    return found


def _touched_in(db: Database, project_id: int, span: ChangeSpan) -> set[int]:
    """The same of one month, by every record of its sheets: they are found first, then looked for in the feed."""
    rows = db.execute(
        """
        WITH members AS MATERIALIZED (
            SELECT r.submission_id FROM grain AS g CROSS JOIN record AS r ON r.grain_id = g.id
            WHERE g.project_id = :project_id AND g.month = :month AND g.cso = :cso
            UNION
            SELECT submission_id FROM frozen_fact WHERE step_id = :step_id AND month = :month
        )
        SELECT DISTINCT submission_id FROM change INDEXED BY change_by_time
        WHERE changed_at > :since AND submission_id IN (SELECT submission_id FROM members)
        """,
        {
            "project_id": project_id,
            "month": span.month,
            "cso": span.cso,
            "step_id": span.step_id,
            "since": span.since,
        },
    )
    return {row[0] for row in rows}


def may_have_left(db: Database, project_id: int, *, cso: CsoCode, since: str) -> list[int]:
    """A CSO's sheets of open forms that may have been of another month, or its own, at a moment.

    They were there then, and were corrected, moved, or put into the trash since.
    """
    rows = db.execute(
        """
        SELECT DISTINCT c.submission_id FROM change AS c
        CROSS JOIN submission AS s ON s.id = c.submission_id
        CROSS JOIN form AS f ON f.id = s.form_id AND f.confidential = 0
        WHERE c.changed_at > :since AND c.kind IN ('edit', 'cso', 'delete')
            AND s.project_id = :project_id AND s.created_at <= :since
            AND (s.cso = :cso OR EXISTS (
                SELECT 1 FROM audit AS a WHERE a.submission_id = s.id AND a.action = 'submission.move'
                    AND a.logged_at > :since AND a.details ->> 'from' = :cso
            ))
        """,
        {"project_id": project_id, "cso": cso, "since": since},
    )
    return [row[0] for row in rows]


def states_at(db: Database, ids: Iterable[int], moment: str) -> dict[int, SheetState]:
    """How these sheets stood at a moment, without their months and facts; those purged since are left out.

    What was answered when nothing else is known: an edit begins the review anew, a decision stands until the next.
    """
    rows = db.execute(
        """
        WITH asked AS MATERIALIZED (SELECT value AS id FROM json_each(:ids))
        SELECT s.id, s.cso,
            (SELECT MAX(v.number) FROM submission_version AS v
                WHERE v.submission_id = s.id AND v.created_at <= :moment),
            (SELECT MAX(v.created_at) FROM submission_version AS v
                WHERE v.submission_id = s.id AND v.created_at <= :moment AND v.number > 1),
            (SELECT json_array(a.logged_at, a.details ->> 'reviewState') FROM audit AS a
                WHERE a.submission_id = s.id AND a.action = 'submission.update' AND a.logged_at <= :moment
                ORDER BY a.id DESC LIMIT 1),
            (SELECT a.action FROM audit AS a
                WHERE a.submission_id = s.id AND a.action IN ('submission.delete', 'submission.restore')
                    AND a.logged_at <= :moment
                ORDER BY a.id DESC LIMIT 1),
            (SELECT a.details ->> 'from' FROM audit AS a
                WHERE a.submission_id = s.id AND a.action = 'submission.move' AND a.logged_at > :moment
                ORDER BY a.id LIMIT 1),
            EXISTS (SELECT 1 FROM finding AS f WHERE f.submission_id = s.id AND f.rule = 'duplicate')
        FROM asked CROSS JOIN submission AS s ON s.id = asked.id
        """,
        {"ids": json.dumps(sorted(ids)), "moment": moment},
    )
    found = {}
    for submission_id, cso, version, edited_at, decided, trash, owner, is_like_another in rows:
        decided_at, review = json.loads(decided) if decided else ("", None)
        if edited_at and edited_at > decided_at:
            review = "edited"
        found[submission_id] = SheetState(
            is_there=bool(version) and trash != "submission.delete",
            cso=CsoCode(cso if owner is None else owner),
            version=version or 0,
            review=review or "",
            is_double=review == "rejected" and bool(is_like_another),
        )
    return found


def states_now(db: Database, ids: Iterable[int]) -> dict[int, SheetState]:
    """How these sheets stand, without their months and facts; those that were purged are left out."""
    rows = db.execute(
        """
        SELECT s.id, s.deleted_at IS NULL, s.cso, s.versions, COALESCE(s.review_state, ''),
            s.review_state IS 'rejected'
                AND EXISTS (SELECT 1 FROM finding AS f WHERE f.submission_id = s.id AND f.rule = 'duplicate')
        FROM json_each(:ids) AS asked CROSS JOIN submission AS s ON s.id = asked.value
        """,
        {"ids": json.dumps(sorted(ids))},
    )
    return {
        row[0]: SheetState(bool(row[1]), CsoCode(row[2]), row[3], row[4], is_double=bool(row[5]))
        for row in rows
    }


def versions_of(db: Database, numbers: Iterable[tuple[int, int]]) -> list[PastVersion]:
    """These versions of sheets (id and number) of open forms."""
    rows = db.execute(
        """
        SELECT v.submission_id, v.number, f.xml_form_id, v.definition_id, v.xml
        FROM json_each(:numbers) AS asked
        CROSS JOIN submission_version AS v
            ON v.submission_id = asked.value ->> 0 AND v.number = asked.value ->> 1
        CROSS JOIN form AS f ON f.id = v.form_id AND f.confidential = 0
        """,
        {"numbers": json.dumps(sorted(numbers))},
    )
    return [PastVersion(row[0], row[1], row[2], row[3], bytes(row[4])) for row in rows]


def signed_facts(db: Database, span: ChangeSpan, ids: Iterable[int]) -> dict[int, Facts]:
    """What these sheets counted in a month when it was validated, by what was frozen with it."""
    rows = db.execute(
        """
        SELECT z.submission_id, c.measure, c.unit, c.reach, c.subset, c.sex, c.age_band, z.provisional, z.verified
        FROM json_each(:ids) AS asked
        CROSS JOIN frozen_fact AS z
            ON z.submission_id = asked.value AND z.step_id = :step_id AND z.month = :month
        CROSS JOIN frozen_cell AS c ON c.id = z.cell_id
        """,
        {"ids": json.dumps(sorted(ids)), "step_id": span.step_id, "month": span.month},
    )
    found: dict[int, dict[Cell, Both]] = {}
    for submission_id, *rest in rows:
        found.setdefault(submission_id, {})[Cell(*rest[:6])] = Both(*rest[6:])
    return dict(found)


def held_at(db: Database, ids: Iterable[int], moment: str, holding: Sequence[str]) -> set[int]:
    """Those of these sheets that a rule holds back which nobody had accepted as they are at a moment.

    By what the rules find of them today: when they first found it is not kept.
    """
    rows = db.execute(
        """
        SELECT f.submission_id FROM finding AS f
        WHERE f.submission_id IN (SELECT value FROM json_each(:ids))
            AND f.rule IN (SELECT value FROM json_each(:holding))
            AND NOT EXISTS (
                SELECT 1 FROM flag_decision AS d WHERE d.submission_id = f.submission_id AND d.rule = f.rule
                    AND d.path = f.path AND d.decision = 'accepted' AND d.decided_at <= :moment
            )
        """,
        {"ids": json.dumps(sorted(ids)), "moment": moment, "holding": json.dumps(list(holding))},
    )
    return {row[0] for row in rows}
