"""Keeps organisations of civil society: the projects they work in, and their zones (villages, from a day to a day)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from forms.base.moment import written
from forms.base.refusal import Refusal
from forms.base.sqlite import Database, new_key
from forms.places.cso_code import CsoCode
from forms.places.zone import Zone


class CsoUnknown(Refusal):
    """There is no such organisation (`code`)."""


class CsoTaken(Refusal):
    """Another organisation has this code."""


@dataclass(frozen=True, slots=True)
class Cso:
    """One organisation."""

    id: int
    code: str
    """As it is written on lists."""
    name: str
    created_at: str
    updated_at: str | None
    projects: tuple[int, ...]

    @property
    def key(self) -> CsoCode:
        """The code as it is compared, and as sheets carry it."""
        return CsoCode(self.code)


_CSO = """
    SELECT c.id, c.code, c.name, c.created_at, c.updated_at,
           (SELECT group_concat(project_id) FROM cso_project WHERE cso_id = c.id)
    FROM cso AS c
"""


def create_cso(db: Database, code: str, name: str, *, projects: Sequence[int] = (), now: datetime) -> Cso:
    """Add an organisation. Raises CsoTaken."""
    if any(cso.key == CsoCode(code) for cso in list_csos(db)):
        raise CsoTaken(code=code)
    cursor = db.execute(
        "INSERT INTO cso (code, name, created_at) VALUES (:code, :name, :now)",
        {"code": code, "name": name, "now": written(now)},
    )
    _set_projects(db, new_key(cursor), projects)
    return find_cso(db, code)


def list_csos(db: Database, *, project_id: int | None = None) -> list[Cso]:
    """The organisations by code, those of one project if it is given."""
    rows = db.execute(
        f"""{_CSO} WHERE :project_id IS NULL
        OR EXISTS (SELECT 1 FROM cso_project WHERE cso_id = c.id AND project_id = :project_id)
        ORDER BY c.code""",
        {"project_id": project_id},
    )
    return [_cso(row) for row in rows]


def find_cso(db: Database, code: str, *, project_id: int | None = None) -> Cso:
    """The organisation of a code, in any case, of a project if it is given. Raises CsoUnknown.

    SQL would compare letters without accents alone: ÉLAN and élan are one code too.
    """
    for cso in list_csos(db, project_id=project_id):
        if cso.key == CsoCode(code):
            return cso
    raise CsoUnknown(code=code)


def update_cso(
    db: Database, cso: Cso, *, name: str | None, projects: Sequence[int] | None, now: datetime
) -> Cso:
    """Change an organisation's name or its projects."""
    db.execute(
        "UPDATE cso SET name = :name, updated_at = :now WHERE id = :id",
        {"name": cso.name if name is None else name, "now": written(now), "id": cso.id},
    )
    if projects is not None:
        _set_projects(db, cso.id, projects)
    return find_cso(db, cso.code)


def zones_of(db: Database, cso: Cso) -> list[Zone]:
    """Where an organisation works, by place and day."""
    rows = db.execute(
        "SELECT place, first_day, last_day FROM zone WHERE cso_id = :id ORDER BY place, first_day",
        {"id": cso.id},
    )
    return [Zone(*row) for row in rows]


def replace_zones(db: Database, cso: Cso, zones: Sequence[Zone]) -> None:
    """Put these places in place of all that were there."""
    db.execute("DELETE FROM zone WHERE cso_id = :id", {"id": cso.id})
    db.conn.executemany(
        """
        INSERT INTO zone (cso_id, place, first_day, last_day) VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET last_day = excluded.last_day
        """,
        [(cso.id, zone.place, zone.first_day, zone.last_day) for zone in zones],
    )


def _set_projects(db: Database, cso_id: int, projects: Sequence[int]) -> None:
    db.execute("DELETE FROM cso_project WHERE cso_id = :id", {"id": cso_id})
    db.conn.executemany(
        "INSERT OR IGNORE INTO cso_project (cso_id, project_id) SELECT ?, id FROM project WHERE id = ?",
        [(cso_id, project_id) for project_id in projects],
    )


def _cso(row: tuple[int, str, str, str, str | None, str | None]) -> Cso:
    projects = tuple(sorted(int(part) for part in row[5].split(","))) if row[5] else ()
    return Cso(*row[:5], projects)
