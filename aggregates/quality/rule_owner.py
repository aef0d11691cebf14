"""The rule about whose sheet it is: the organisation that was answered, beside the one that owns the sheet (V29)."""

from aggregates.quality.sheet import Sheet
from aggregates.quality.threshold import Thresholds
from sync.counting.derivation import Finding


def cso_unlike_phone(sheet: Sheet, thresholds: Thresholds) -> Finding | None:
    """V29: the answer names another organisation than the phone's, link's or person's that the sheet counts for.

    One slip in a list that offers the last answer again must not write into another organisation's numbers, and
    somebody must hear of it. Says nothing where none was answered, or where nobody owns the sheet.
    """
    answered, owner = sheet.answered_cso, sheet.arrival.cso
    if not answered or not owner or answered == owner:
        return None
    return Finding(
        "cso_unlike_phone", sheet.paths.get("cso", ""), {"answered": answered.shown, "owner": owner.shown}
    )
