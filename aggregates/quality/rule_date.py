"""Rules about when: the date of the event, when the sheet came, and how it was filled (V01–V03, V21, V22)."""

from datetime import date

from aggregates.quality.sheet import Sheet
from aggregates.quality.threshold import Thresholds
from sync.counting.derivation import Finding


def future_date(sheet: Sheet, thresholds: Thresholds) -> Finding | None:
    """V01: the event is dated after the day the sheet came; the clock of a phone may be a little ahead."""
    received = _day(sheet.arrival.version_received_at)
    if sheet.event_date is None or (sheet.event_date - received).days <= thresholds.future_days:
        return None
    details = {"date": sheet.event_date.isoformat(), "received": received.isoformat()}
    return Finding("future_date", sheet.date_path, details)


def outside_project(sheet: Sheet, thresholds: Thresholds) -> Finding | None:
    """V02: the event is dated before the project began or after it ended."""
    event, start, end = sheet.event_date, thresholds.project_start, thresholds.project_end
    if event is None:
        return None
    details = {"date": event.isoformat()}
    if start is not None and event < start:
        return Finding("outside_project", sheet.date_path, {**details, "start": start.isoformat()})
    if end is not None and event > end:
        return Finding(
            "outside_project", sheet.date_path, {**details, "end": end.isoformat(), "case": "after"}
        )
    return None


def late(sheet: Sheet, thresholds: Thresholds) -> Finding | None:
    """V03: the sheet first came long after the event; a correction is not late for being one."""
    if sheet.event_date is None:
        return None
    days = (_day(sheet.arrival.received_at) - sheet.event_date).days
    return Finding("late", "", {"days": days}) if days > thresholds.late_days else None


def filled_fast(sheet: Sheet, thresholds: Thresholds) -> Finding | None:
    """V21: from opening the sheet to finishing it in less time than it takes to read it."""
    if sheet.started is None or sheet.ended is None:
        return None
    seconds = int((sheet.ended - sheet.started).total_seconds())
    if 0 <= seconds < thresholds.shortest_seconds:
        return Finding("filled_fast", "", {"seconds": seconds})
    return None


def outdated_form(sheet: Sheet, thresholds: Thresholds) -> Finding | None:
    """V22: a newer version of the form was published already when the sheet came."""
    newer = sheet.arrival.newer_version
    if not newer:
        return None
    return Finding("outdated_form", "", {"version": sheet.arrival.version or "–", "current": newer})


def _day(moment: str) -> date:
    return date.fromisoformat(moment[:10])
