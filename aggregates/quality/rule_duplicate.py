"""Rules among sheets: one sheet and those that came before it (V12, V18, V19). The flag goes on the later one."""

from collections.abc import Collection, Sequence

from aggregates.quality.fingerprint import Fingerprint
from aggregates.quality.threshold import Thresholds
from sync.counting.derivation import Finding

CASES = ("event", "visit", "cells", "photo")
"""Why two sheets are taken for one, the strongest reason first."""


def duplicate(sheet: Fingerprint, earlier: Collection[Fingerprint], thresholds: Thresholds) -> Finding | None:
    """V12: an earlier sheet tells of the same event.

    The same organisation, place, day, activity and animator, unless other people came to each (women, then men); or
    the same four cells in the same place within two days; or the same picture. What is done several times a day (home
    visits, counseling, mediation) is the same only when the cells are, and the sheets were begun at about the same
    time.
    """
    found = [
        (CASES.index(case), *fingerprint.order, fingerprint)
        for fingerprint in earlier
        if (case := _case(sheet, fingerprint, thresholds))
    ]
    if not found:
        return None
    rank, _received, other_id, other = min(found, key=lambda each: each[:3])
    details: dict[str, int | str] = {"other": other_id, "other_instance": other.instance_id}
    case = CASES[rank]
    if case != "event":
        details["case"] = case
    if case == "cells":
        details["within"] = thresholds.duplicate_days
    if case == "visit":
        details["within"] = thresholds.duplicate_minutes
    return Finding("duplicate", "", details)


def _case(sheet: Fingerprint, other: Fingerprint, thresholds: Thresholds) -> str:
    same_cells = sheet.cells != "" and sheet.cells == other.cells
    is_here = bool(sheet.place) and sheet.place == other.place and sheet.form_id == other.form_id
    if thresholds.is_repeating(sheet.activity) or thresholds.is_repeating(other.activity):
        if sheet.started is None or other.started is None or sheet.activity != other.activity:
            return ""
        is_close = abs(sheet.started - other.started) <= thresholds.duplicate_minutes
        same_who = (sheet.cso, sheet.animator_id) == (other.cso, other.animator_id)
        return "visit" if is_here and same_who and same_cells and is_close else ""
    if is_here and _event(sheet) == _event(other) and not _came_apart(sheet, other):
        return "event"
    if is_here and same_cells and abs(sheet.day - other.day) <= thresholds.duplicate_days:
        return "cells"
    if sheet.photos and set(sheet.photos.split(",")) & set(other.photos.split(",")):
        return "photo"
    return ""


def _event(sheet: Fingerprint) -> tuple[object, ...]:
    return sheet.cso, sheet.day, sheet.activity, sheet.animator_id


def _came_apart(sheet: Fingerprint, other: Fingerprint) -> bool:
    """Whether no cell has people on both sheets: women's talk, then men's.

    The same numbers in other cells are one event all the same, written into the wrong column once.
    """
    if not sheet.cells or not other.cells:
        return False
    mine, theirs = ([int(n) for n in fingerprint.cells.split(",")] for fingerprint in (sheet, other))
    return not any(map(min, mine, theirs)) and sorted(mine) != sorted(theirs)


def overlap(sheet: Fingerprint, earlier: Collection[Fingerprint], thresholds: Thresholds) -> Finding | None:
    """V18: another session of the same animator was going on.

    A session is taken to begin when its sheet was opened, on the day of the event, and to take as long as it says.
    Sheets that were filled one after another in one sitting tell nothing of the hour, and are left alone. Of what is
    done several times a day a quarter of an hour is ordinary: home visits have the hours of a round, not their own.
    """
    best: tuple[int, Fingerprint] | None = None
    for other in sorted(earlier, key=lambda fingerprint: fingerprint.order):
        is_visit = thresholds.is_repeating(sheet.activity) or thresholds.is_repeating(other.activity)
        shared = _shared_minutes(sheet, other)
        if shared <= (thresholds.visit_overlap_minutes if is_visit else 0):
            continue
        if not _in_one_sitting(sheet, other, thresholds) and (not best or shared > best[0]):
            best = shared, other
    if best is None:
        return None
    minutes, other = best
    return Finding(
        "overlap",
        "",
        {"minutes": minutes, "other": other.submission_id, "other_instance": other.instance_id},
    )


def _shared_minutes(sheet: Fingerprint, other: Fingerprint) -> int:
    if sheet.started is None or other.started is None or not sheet.minutes or not other.minutes:
        return 0
    end = min(sheet.started + sheet.minutes, other.started + other.minutes)
    return end - max(sheet.started, other.started)


def _in_one_sitting(sheet: Fingerprint, other: Fingerprint, thresholds: Thresholds) -> bool:
    first, second = sorted((sheet, other), key=lambda each: each.started or 0)
    if first.ended is None or second.started is None:
        return False
    return 0 <= second.started - first.ended <= thresholds.sitting_minutes


def too_many_sessions(sheet: Fingerprint, earlier: int, thresholds: Thresholds) -> Finding | None:
    """V18: more sessions of one animator on one day than can be held, or more visits than can be made.

    `earlier` sheets of that day came before: sessions before a session, visits before a visit.
    """
    sessions, limit = 1 + earlier, thresholds.sessions_a_day_of(sheet.activity)
    if sheet.animator_id is None or sessions <= limit:
        return None
    return Finding("too_many_sessions", "", {"sessions": sessions, "limit": limit})


def repeated_cells(
    sheet: Fingerprint, before: Sequence[Fingerprint], thresholds: Thresholds
) -> Finding | None:
    """V19: the same four cells three times in a row by one animator. `before` is the latest first.

    What is done several times a day is left alone: one woman, one woman, one woman are three home visits.
    """
    if thresholds.is_repeating(sheet.activity):
        return None
    row = before[: thresholds.repeated_sheets - 1]
    if not sheet.cells or len(row) < thresholds.repeated_sheets - 1:
        return None
    if any(fingerprint.cells != sheet.cells for fingerprint in row):
        return None
    return Finding("repeated_cells", "", {"sheets": thresholds.repeated_sheets})


def round_numbers(
    sheet: Fingerprint, before: Sequence[Fingerprint], thresholds: Thresholds
) -> Finding | None:
    """V19: five sheets in a row by one animator whose cells are all multiples of ten."""
    row = before[: thresholds.round_sheets - 1]
    if len(row) < thresholds.round_sheets - 1 or not all(
        fingerprint.is_round for fingerprint in (sheet, *row)
    ):
        return None
    return Finding("round_numbers", "", {"sheets": thresholds.round_sheets})
