"""Keeps what the rules found: one line a sheet, rule and question, gone when the sheet is mended."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aggregates.flags.catalogue import AMONG_SHEETS, HOLDING
from forms.base.sqlite import Database
from sync.counting.derivation import Finding


@dataclass(frozen=True, slots=True)
class FoundFinding:
    """A finding and the submission that it is about."""

    submission_id: int
    finding: Finding


def replace(
    db: Database, findings: Mapping[int, Sequence[Finding]], *, among: bool | None = None
) -> list[int]:
    """Keep these findings in place of those that were kept of the same submissions and kind of rule.

    `among` says which: of the rules among sheets, or of the rules of one sheet; None means both. Gives the
    submissions that are held back now and were not, or the other way round.
    """
    asked = {"ids": json.dumps(list(findings)), "rules": json.dumps(AMONG_SHEETS), "among": among}
    kept: dict[int, set[tuple[str, str, str]]] = defaultdict(set)
    for row in db.execute(
        """
        SELECT submission_id, rule, path, details FROM finding
        WHERE submission_id IN (SELECT value FROM json_each(:ids))
            AND (:among IS NULL OR (rule IN (SELECT value FROM json_each(:rules))) = :among)
        """,
        asked,
    ):
        kept[row[0]].add((row[1], row[2], row[3]))
    found = {key: {_row(finding) for finding in found} for key, found in findings.items()}
    changed = [key for key in findings if found[key] != kept[key]]
    db.conn.executemany(
        "DELETE FROM finding WHERE submission_id = ? AND rule = ? AND path = ?",
        [(key, rule, path) for key in changed for rule, path, _ in kept[key]],
    )
    db.conn.executemany(
        "INSERT INTO finding (submission_id, rule, path, details) VALUES (?, ?, ?, ?)",
        [(key, *row) for key in changed for row in sorted(found[key])],
    )
    return [key for key in changed if _holding(found[key]) != _holding(kept[key])]


def of_submissions(db: Database, submission_ids: Sequence[int]) -> list[FoundFinding]:
    """What was found about these submissions, by id, rule and question."""
    rows = db.execute(
        """
        SELECT submission_id, rule, path, details FROM finding
        WHERE submission_id IN (SELECT value FROM json_each(:ids))
        ORDER BY submission_id, rule, path
        """,
        {"ids": json.dumps(list(submission_ids))},
    )
    return [FoundFinding(row[0], Finding(row[1], row[2], json.loads(row[3]))) for row in rows]


def _row(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, finding.path, json.dumps(dict(finding.details), ensure_ascii=False, sort_keys=True)


def _holding(rows: set[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
    return {row for row in rows if row[0] in HOLDING}
