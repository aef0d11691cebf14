"""An ordinary month of six animators, 276 sheets, of which none is wrong; the dice are the same each time.

On Saturdays the women's talk, and the men's after it; on Wednesdays the women's weekly group; rounds of home visits;
a school class; the market day; a forum theatre; a caravan.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.aggregates.sheets import session

ANIMATORS = (7, 8, 9, 10, 11, 12)
WRITTEN = (
    "Salle prêtée jusqu'au 31.12.2020 (année 2019-2020), loyer 10 500 000 FCFA demandé, 45 chaises, 12 nattes"
)
"""What animators write: numbers, and none of them anybody's."""
SATURDAYS = (7, 14, 21, 28)
VISITING_DAYS = (3, 10, 17, 24)


@dataclass
class Sending:
    """One sheet: what it answers, whose it is, and when it comes."""

    answers: dict[str, Any]
    animator: int
    received: datetime
    cso: str = "tagne"
    photo: str = ""


def village_of(animator: int) -> str:
    """The village that an animator works in most."""
    return f"T-V{animator}"


def held(day: int, hour: float, **answers: object) -> dict[str, Any]:
    """The answers of an event of March 2020; the sheet is opened as it begins and closed four minutes later."""
    begun = datetime(2020, 3, day, tzinfo=UTC) + timedelta(hours=hour)
    hours = {"start": begun.isoformat(), "end": (begun + timedelta(minutes=4)).isoformat()}
    return session(**{"date_seance": f"2020-03-{day:02}", **hours, **answers})


def evening(day: int, later: int = 0) -> datetime:
    """When a phone finds the network: the same evening, or some days later."""
    return datetime(2020, 3, day, 20, tzinfo=UTC) + timedelta(days=later)


def cells(men: int, women: int, boys: int = 0, girls: int = 0) -> dict[str, int]:
    """The four cells."""
    return {"n_hommes": men, "n_femmes": women, "n_garcons": boys, "n_filles": girls}


def plausible_month() -> list[Sending]:
    """All sheets of the month, in the order in which they come."""
    dice = random.Random(2020)
    sendings = [sending for animator in ANIMATORS for sending in _month_of(animator, dice)]
    return sorted(sendings, key=lambda sending: sending.received)


def _month_of(animator: int, dice: random.Random) -> Iterator[Sending]:
    village, throw = village_of(animator), dice.randint
    for day in SATURDAYS:
        women, men = cells(0, throw(18, 32), 0, throw(2, 9)), cells(throw(12, 26), 0, throw(0, 4))
        for hour, there in ((9, women), (11.25, men)):
            answers = held(day, hour, village=village, duree_min=120, difficultes=WRITTEN, **there)
            yield Sending(answers, animator, evening(day, throw(0, 4)))
    for day in (4, 11, 18, 25):
        answers = held(day, 16, village=village, duree_min=90, **cells(0, throw(20, 28)))
        yield Sending(answers, animator, evening(day))
    for day in VISITING_DAYS:
        yield from _round_of_visits(animator, day, 7, dice)
    for day in (5, 19):
        answers = held(day, 10, village=village, duree_min=60, milieu="scolaire", **cells(1, 1, 21, 24))
        yield Sending(answers, animator, evening(day))
    for day in (9, 23):
        there = cells(throw(40, 90), throw(60, 120), throw(10, 30), throw(10, 30))
        answers = held(day, 9, village="T-MARCHE", type_activite="dialogue_communautaire", duree_min=180)
        answers["effectifs"] = there
        yield Sending(answers, animator, evening(day, throw(0, 2)))
    theatre = held(15, 17, village=village, type_activite="theatre_forum", duree_min=120)
    theatre["effectifs"] = cells(throw(60, 110), throw(90, 160), throw(40, 90), throw(40, 90))
    yield Sending(theatre, animator, evening(15, 1))
    caravan = held(30, 8, village=village, type_activite="caravane", duree_min=240)
    caravan["effectifs"] = cells(throw(200, 400), throw(300, 600), throw(100, 250), throw(100, 250))
    yield Sending(caravan, animator, evening(30, 1))


def _round_of_visits(animator: int, day: int, visits: int, dice: random.Random) -> Iterator[Sending]:
    """Visits one after another, a few minutes' walk apart; how long each took is told in halves and quarters."""
    hour = 8.5
    for _ in range(visits):
        took = dice.randint(18, 40)
        there = cells(dice.randint(0, 1), dice.randint(1, 2), 0, dice.randint(0, 1))
        told = 15 * -(-took // 15)
        answers = held(
            day, hour, village=village_of(animator), type_activite="visite_domicile", duree_min=told, **there
        )
        yield Sending(answers, animator, evening(day))
        hour += (took + dice.randint(4, 12)) / 60
