"""Who reads what people tell in their own words: whoever checks the sheets, and nobody beyond (domain page § 5.1)."""

from forms.base.sqlite import Database
from forms.catalogue import definitions
from forms.catalogue.form import Form
from forms.places.cso_code import CsoCode
from server.web.route import Asking


def withheld(asking: Asking, db: Database, form: Form, *, cso: str | None = None) -> frozenset[str]:
    """The questions of a form whose answers the asker may not read: on one CSO's sheet, or on all that they reach."""
    right = asking.asker.reach("narrative.read", form.project_id, form)
    if right is not None and (right.csos is None or _covers(right.csos, asking.reach.csos, cso)):
        return frozenset()
    return definitions.narratives_of(db, form.id)


def _covers(mine: frozenset[CsoCode], reached: frozenset[CsoCode] | None, cso: str | None) -> bool:
    if cso is not None:
        return CsoCode(cso) in mine
    return reached is not None and reached <= mine
