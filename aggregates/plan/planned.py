"""The plan as a value: what was to happen where and when, and how many people were to be there."""

from dataclasses import dataclass

from forms.places.cso_code import CsoCode


@dataclass(frozen=True, slots=True)
class Planned:
    """One line of the plan: so many sessions of one kind at one place in one month (domain page § 4, table plan)."""

    cso: CsoCode
    month: str
    """"2020-03"."""
    place: str
    """Code of the place, whatever its level."""
    day: str = ""
    """The day, where the plan names one (ISO date); there is one session then."""
    form: str = ""
    """Id of the form whose sheets are awaited, "" for any."""
    activity: str = ""
    """Code of the activity, "" for any."""
    animator: str = ""
    """Whose session it is, as the phone is called; "" where the plan does not say."""
    sessions: int = 1
    people: int | None = None
    """Everybody; None where the plan gives no number."""
    men: int | None = None
    women: int | None = None
    boys: int | None = None
    girls: int | None = None
