"""Keeps how each month of a CSO was signed: its steps, and what was frozen with them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from aggregates.compilation.workflow import CompilationOvertaken, Step
from forms.base.moment import written
from forms.base.sqlite import Database, new_key, sqlite3
from forms.places.cso_code import CsoCode

_STEP = "id, number, action, actor_id, actor_name, actor_role, remark, taken_at, digest"


@dataclass(frozen=True, slots=True)
class Signer:
    """Who takes a step, as the sheet names them for good."""

    id: int | None
    name: str
    role: str
    """The role's system word."""


@dataclass(frozen=True, slots=True)
class NewStep:
    """A step that is taken, with what is frozen by it."""

    action: str
    signer: Signer
    at: datetime
    remark: str = ""
    contents: str | None = None
    """What `aggregates.compilation.snapshot.frozen` wrote; None for a step that freezes nothing."""
    digest: str = ""


def steps_of(db: Database, project_id: int, *, cso: CsoCode, month: str) -> list[Step]:
    """The steps of a month, oldest first."""
    rows = db.execute(
        f"""
        SELECT {_STEP} FROM compilation_step
        WHERE project_id = :project_id AND cso = :cso AND month = :month ORDER BY number
        """,
        {"project_id": project_id, "cso": cso, "month": month},
    )
    return [Step(*row) for row in rows]


def last_steps(
    db: Database, project_id: int, *, csos: Iterable[CsoCode] | None
) -> dict[tuple[CsoCode, str], Step]:
    """The last step of every month that has any, by CSO and month."""
    rows = db.execute(
        f"""
        SELECT cso, month, {_STEP} FROM compilation_step AS c
        WHERE project_id = :project_id AND (:csos IS NULL OR cso IN (SELECT value FROM json_each(:csos)))
            AND number = (SELECT MAX(number) FROM compilation_step AS other
                          WHERE other.project_id = c.project_id AND other.cso = c.cso AND other.month = c.month)
        """,
        {"project_id": project_id, "csos": None if csos is None else json.dumps(sorted(csos))},
    )
    return {(CsoCode(row[0]), row[1]): Step(*row[2:]) for row in rows}


def last_moment(db: Database) -> str:
    """When somebody last signed, gave back or validated a month; "" for never."""
    row = db.execute("SELECT taken_at FROM compilation_step ORDER BY id DESC LIMIT 1").fetchone()
    return str(row[0]) if row else ""


def add_step(db: Database, project_id: int, step: NewStep, *, cso: CsoCode, month: str, number: int) -> int:
    """Take a step; gives its id. Raises CompilationOvertaken where the month has a step of this number already."""
    try:
        cursor = db.execute(
            """
            INSERT INTO compilation_step (project_id, cso, month, number, action, actor_id, actor_name,
                actor_role, remark, taken_at, digest, contents)
            VALUES (:project_id, :cso, :month, :number, :action, :actor_id, :name, :role, :remark, :now,
                :digest, :contents)
            """,
            {
                "project_id": project_id,
                "cso": cso,
                "month": month,
                "number": number,
                "action": step.action,
                "actor_id": step.signer.id,
                "name": step.signer.name,
                "role": step.signer.role,
                "remark": step.remark,
                "now": written(step.at),
                "digest": step.digest,
                "contents": step.contents,
            },
        )
    except sqlite3.IntegrityError:
        raise CompilationOvertaken(cso=cso, month=month) from None
    return new_key(cursor)


def contents_of(db: Database, step_id: int) -> str:
    """What was frozen with a step, "" for one that freezes nothing."""
    row = db.execute("SELECT contents FROM compilation_step WHERE id = :id", {"id": step_id}).fetchone()
    return row[0] or "" if row else ""


def last_changes(db: Database, ids: Sequence[int], *, after: str) -> dict[int, str]:
    """When something last happened to each of these sheets, of those to which it did after a moment."""
    rows = db.execute(
        """
        SELECT submission_id, MAX(changed_at) FROM change
        WHERE changed_at > :after AND submission_id IN (SELECT value FROM json_each(:ids))
        GROUP BY submission_id
        """,
        {"after": after, "ids": json.dumps(list(ids))},
    )
    return dict(rows.fetchall())
