"""Who did something and when: what every decision, signature and line of the audit carries."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class By:
    """One deed's author and moment."""

    actor_id: int | None
    """The account, of a person or a phone; None for the server itself."""
    at: datetime
