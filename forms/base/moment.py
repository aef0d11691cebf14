"""How a moment is written in the database and on the wire: UTC, milliseconds, Z."""

from datetime import UTC, datetime


def written(moment: datetime) -> str:
    """`moment` (with a timezone) as text that sorts in time order.

    >>> written(datetime(2020, 3, 8, 9, 5, tzinfo=UTC))
    '2020-03-08T09:05:00.000Z'
    """
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def read(text: str) -> datetime:
    """The moment that `written` wrote."""
    return datetime.fromisoformat(text)
