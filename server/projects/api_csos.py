"""/v1/cso: organisations of civil society, their projects, zones and people."""

from typing import Any

from forms.base.sqlite import Database
from forms.places import csos as kept
from forms.places.cso_code import CsoCode
from forms.places.csos import Cso, CsoUnknown
from forms.places.zone import Zone as ZoneRow
from server.base.refusals import ParameterInvalid
from server.identity import accounts
from server.web import representation
from server.web.route import SIGNED_IN, Asking, Resource
from server.web.schema import Actor, CsoChanges, NewCso, Zones
from server.web.schema import Cso as CsoAnswer

resource = Resource("cso", "/v1/cso")


@resource.get("", may=SIGNED_IN, gives=CsoAnswer(), gives_many=True)
def every(asking: Asking) -> list[Cso]:
    """The organisations that one may see: all of them, those of one's projects, or one's own."""
    return [cso for cso in kept.list_csos(asking.db) if _is_visible(asking, cso)]


@resource.post("", may="cso.create", takes=NewCso(), gives=CsoAnswer())
def create(asking: Asking) -> Cso:
    """Add an organisation."""

    def work(db: Database) -> Cso:
        body = asking.body
        cso = kept.create_cso(db, body["code"], body["name"], projects=body["projects"], now=asking.now)
        asking.audit(db, "cso.create", details={"code": cso.code})
        return cso

    return asking.write(work)


@resource.get("/<segment:code>", may=SIGNED_IN, gives=CsoAnswer())
def read(asking: Asking, code: str) -> Cso:
    """One organisation."""
    return _find(asking, asking.db, code)


@resource.patch("/<segment:code>", may="cso.update", takes=CsoChanges(), gives=CsoAnswer())
def update(asking: Asking, code: str) -> Cso:
    """Change an organisation's name or the projects it works in."""

    def work(db: Database) -> Cso:
        body = asking.body
        changed = kept.update_cso(
            db,
            kept.find_cso(db, code),
            name=body.get("name"),
            projects=body.get("projects"),
            now=asking.now,
        )
        asking.audit(db, "cso.update", details={"code": changed.code, "data": dict(body)})
        return changed

    return asking.write(work)


@resource.get("/<segment:code>/zones", may=SIGNED_IN, gives=Zones())
def zones(asking: Asking, code: str) -> dict[str, Any]:
    """Where an organisation works."""
    return _zones(asking.db, _find(asking, asking.db, code))


@resource.put("/<segment:code>/zones", may="cso.update", takes=Zones(), gives=Zones())
def replace_zones(asking: Asking, code: str) -> dict[str, Any]:
    """Say where an organisation works, in place of all that was said before."""
    given = [_zone(written) for written in asking.body["zones"]]

    def work(db: Database) -> dict[str, Any]:
        cso = kept.find_cso(db, code)
        kept.replace_zones(db, cso, given)
        asking.audit(db, "cso.update", details={"code": cso.code, "zones": len(given)})
        return _zones(db, cso)

    return asking.write(work)


@resource.get("/<segment:code>/people", may=SIGNED_IN, gives=Actor(), gives_many=True)
def people(asking: Asking, code: str) -> list[dict[str, Any]]:
    """The people of an organisation."""
    cso = _find(asking, asking.db, code)
    everybody = accounts.people(asking.db)
    return [representation.actor(account) for account in everybody if CsoCode(account.cso) == cso.key]


def _find(asking: Asking, db: Database, code: str) -> Cso:
    cso = kept.find_cso(db, code)
    if not _is_visible(asking, cso):
        raise CsoUnknown(code=code)
    return cso


def _is_visible(asking: Asking, cso: Cso) -> bool:
    reaches = [asking.asker.reach("cso.read")]
    reaches += [asking.asker.reach("cso.read", project_id) for project_id in cso.projects]
    return any(reach is not None and (reach.csos is None or cso.key in reach.csos) for reach in reaches)


def _zone(given: dict[str, Any]) -> ZoneRow:
    last = given["last_day"]
    if last is not None and last < given["first_day"]:
        raise ParameterInvalid(parameter="to", value=str(last), allowed=(f"≥ {given['first_day']}",))
    return ZoneRow(given["place"], given["first_day"].isoformat(), last.isoformat() if last else "")


def _zones(db: Database, cso: Cso) -> dict[str, Any]:
    from datetime import date

    return {
        "zones": [
            {
                "place": zone.place,
                "first_day": date.fromisoformat(zone.first_day),
                "last_day": date.fromisoformat(zone.last_day) if zone.last_day else None,
            }
            for zone in kept.zones_of(db, cso)
        ]
    }
