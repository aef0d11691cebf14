"""Keeps the reports that were given out under a number. None is ever changed or taken away.

One row a table: of the same person, the same question and the same answer there is one. It is kept packed, a few
kilobytes for a month of a CSO.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aggregates.report.numbered_report import NewReport, NumberedReport, ReportNumber, unpacked
from forms.base.moment import written
from forms.base.sqlite import Database
from sync import changes
from sync.counting.schemes import DERIVATION, scheme_in_use


def number(db: Database, report: NewReport, *, now: datetime) -> ReportNumber:
    """Give a report its number: the next of the year, or the one that it has already.

    Numbers are taken in the transaction that keeps the report: none is left out.
    """
    known = db.execute(
        """
        SELECT year, serial FROM numbered_report
        WHERE digest = :digest AND maker_id IS :maker_id AND maker_name = :maker_name
        """,
        {"digest": report.digest, "maker_id": report.maker_id, "maker_name": report.maker_name},
    ).fetchone()
    if known:
        return ReportNumber(*known)
    [serial] = db.execute(
        "SELECT COALESCE(MAX(serial), 0) + 1 FROM numbered_report WHERE year = :year", {"year": now.year}
    ).fetchone()
    db.execute(
        """
        INSERT INTO numbered_report (year, serial, kind, project_id, cso, maker_id, maker_name, made_at, asked,
            versions, digest, contents)
        VALUES (:year, :serial, :kind, :project_id, :cso, :maker_id, :maker_name, :now, :asked, :versions, :digest,
            :contents)
        """,
        {
            "year": now.year,
            "serial": serial,
            "kind": report.kind,
            "project_id": report.project_id,
            "cso": report.cso,
            "maker_id": report.maker_id,
            "maker_name": report.maker_name,
            "now": written(now),
            "asked": json.dumps(report.asked, ensure_ascii=False),
            "versions": json.dumps(report.versions, ensure_ascii=False),
            "digest": report.digest,
            "contents": report.packed,
        },
    )
    return ReportNumber(now.year, serial)


def find(db: Database, wanted: ReportNumber) -> NumberedReport | None:
    """The report of a number."""
    row = db.execute(
        """
        SELECT made_at, kind, project_id, cso, maker_id, maker_name, asked, versions, contents
        FROM numbered_report WHERE year = :year AND serial = :serial
        """,
        {"year": wanted.year, "serial": wanted.serial},
    ).fetchone()
    if row is None:
        return None
    values = [*row[1:6], json.loads(row[6]), json.loads(row[7]), unpacked(row[8])]
    return NumberedReport(wanted, row[0], NewReport(*values))


def versions_here(db: Database, project_id: int | None, program: str) -> Mapping[str, Any]:
    """What makes numbers what they are just now: the program, its rules, the last roll-up, the published forms."""
    run = db.execute("SELECT MAX(id) FROM rollup_run WHERE ended_at IS NOT NULL AND error IS NULL").fetchone()
    forms = db.execute(
        """
        SELECT f.xml_form_id, v.version FROM form AS f
        JOIN form_definition AS v ON v.id = f.current_definition_id
        WHERE f.deleted_at IS NULL AND f.confidential = 0 AND (:project_id IS NULL OR f.project_id = :project_id)
        ORDER BY f.xml_form_id
        """,
        {"project_id": project_id},
    )
    return {
        "program": program,
        "roll_up_rules": changes.ROLL_UP,
        "derivation": DERIVATION,
        "age_scheme": scheme_in_use(db).written,
        "roll_up": run[0],
        "forms": dict(forms.fetchall()),
    }
