"""The section `[quality]` of the configuration: from where on the quality rules speak."""

from datetime import date
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from aggregates.quality.threshold import Box, Group, Thresholds
from forms.definition.age_band import AgeBandInvalid, parse_band


def thresholds_from(loaded: dict[str, Any]) -> Thresholds:
    """The thresholds that a loaded section means; what it does not say is the default."""
    written = dict(loaded)
    for name in ("project_start", "project_end"):
        if name in written:
            written[name] = date.fromisoformat(written[name]) if written[name] else None
    if "country" in written:
        written["country"] = Box(*written["country"])
    if "repeating_activities" in written:
        written["repeating_activities"] = tuple(written["repeating_activities"])
    if "groups" in written:
        written["groups"] = {name: _group(told) for name, told in written["groups"].items()}
    return Thresholds(**written)


def _group(told: dict[str, Any]) -> Group:
    band = parse_band(told.get("ages", "0+"))
    upper = Group().upper if band.upper is None else band.upper
    return Group(band.lower, upper, told.get("sex", ""), tuple(told.get("situations", ())))


def _day(text: str) -> None:
    try:
        if text:
            date.fromisoformat(text)
    except ValueError:
        raise ValidationError('"2018-08-24" | ""') from None


def _ages(text: str) -> None:
    try:
        parse_band(text)
    except AgeBandInvalid:
        raise ValidationError('"10-24", "18+"') from None


def _box(degrees: list[float]) -> None:
    if len(degrees) != 4 or not (degrees[0] < degrees[1] and degrees[2] < degrees[3]):
        raise ValidationError("[10.0, 25.1, -12.3, 4.3]")


def _at_least(least: int) -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(least, 1_000_000, error=f"≥ {least}"))


class GroupSection(Schema):
    """Whom a group is for."""

    class Meta:
        """Every key is known, or refused."""

        unknown = RAISE

    ages = fields.String(validate=_ages)
    sex = fields.String(validate=validate.OneOf(("", "M", "F"), error='"M" | "F" | ""'))
    situations = fields.List(fields.String())


class QualitySection(Schema):
    """All thresholds; each is told in config.example.toml."""

    class Meta:
        """Every key is known, or refused."""

        unknown = RAISE

    future_days = _at_least(0)
    project_start = fields.String(validate=_day)
    project_end = fields.String(validate=_day)
    late_days = _at_least(0)
    largest_cell = _at_least(1)
    outlier_factor = _at_least(2)
    outlier_least_sheets = _at_least(1)
    outlier_months = fields.Integer(strict=True, validate=validate.Range(1, 60, error="1–60"))
    usual_max_otherwise = _at_least(1)
    usual_max = fields.Dict(keys=fields.String(), values=_at_least(1))
    youngest = _at_least(0)
    oldest = _at_least(1)
    groups = fields.Dict(keys=fields.String(), values=fields.Nested(GroupSection))
    duplicate_days = fields.Integer(strict=True, validate=validate.Range(0, 31, error="0–31"))
    duplicate_minutes = _at_least(0)
    repeating_activities = fields.List(fields.String())
    gps_km = _at_least(1)
    gps_accuracy_m = _at_least(1)
    country = fields.List(fields.Float(), validate=_box)
    sessions_a_day = _at_least(1)
    visits_a_day = _at_least(1)
    visit_overlap_minutes = _at_least(0)
    sitting_minutes = _at_least(0)
    repeated_sheets = fields.Integer(strict=True, validate=validate.Range(2, 50, error="2–50"))
    round_sheets = fields.Integer(strict=True, validate=validate.Range(2, 50, error="2–50"))
    shortest_seconds = _at_least(0)
