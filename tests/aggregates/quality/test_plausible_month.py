"""What the rules ask people to decide: next to nothing of a month in which all is right, and every true fault in it."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from aggregates.flags.flag import Flag
from tests.aggregates.quality.plausible_month import (
    ANIMATORS,
    Sending,
    cells,
    evening,
    held,
    plausible_month,
    village_of,
)
from tests.aggregates.quality.test_examine import FORM
from tests.aggregates.sheets import Office

MOST_IN_VAIN = 0.03
"""So many sheets of a month may wait for a decision without need: more teaches people to accept unread."""


def office_of_the_month(folder: Path) -> Office:
    """An office that knows where its animators work, how many live there, and when the project ends."""
    office = Office(
        folder,
        FORM.replace(
            "| | date | date_seance", "| | text | difficultes | Difficultés | |\n| | date | date_seance"
        ),
    )
    office.thresholds = replace(office.thresholds, project_end=date(2022, 12, 31))
    villages = [*map(village_of, ANIMATORS), "T-MARCHE", "T-LOIN"]
    office.place(*((code, code, f"KOU KOU-KOL KOU-KOL-NON {code}") for code in villages))
    office.place(("T-AILLEURS", "Ailleurs", "KAY KAY-YEL KAY-YEL-YEL T-AILLEURS"))
    with office.storage.writing() as db:
        db.execute(
            "UPDATE place SET population = 4000, latitude = 13.5, longitude = -8.0 WHERE level = 'village'"
        )
        db.execute("UPDATE place SET population = 300 WHERE code = 'T-LOIN'")
        db.execute("INSERT INTO cso (id, code, name, created_at) VALUES (1, 'tagne', 'TAGNE', '2020')")
        db.execute("INSERT INTO zone (cso_id, place, first_day) VALUES (1, 'KOU', '2019-01-01')")
    return office


def take(office: Office, sendings: list[Sending]) -> list[int]:
    """Let the sheets come, and the rules look at them; gives their ids."""
    ids = [
        office.send(
            "seance",
            sending.answers,
            animator=sending.animator,
            cso=sending.cso,
            received=sending.received,
            photo=sending.photo,
        )
        for sending in sendings
    ]
    office.examine()
    return ids


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Office, list[int]]]:
    """The office after the plausible month, and the month's sheets."""
    office = office_of_the_month(tmp_path_factory.mktemp("month"))
    yield office, take(office, plausible_month())
    office.storage.close()


Month = tuple[Office, list[int]]


def test_of_a_month_in_which_all_is_right_next_to_nothing_waits_for_a_decision(month: Month) -> None:
    office, ids = month
    open_flags = {key: [rule for rule, flag in office.flags(key).items() if flag.is_open] for key in ids}
    in_vain = {key: rules for key, rules in open_flags.items() if rules}
    assert len(ids) == 276
    assert len(in_vain) <= MOST_IN_VAIN * len(ids), Counter(map(str, in_vain.values()))


PLAIN = cells(3, 27, 2, 6)
HERE = village_of(7)


def talk(day: int = 12, hour: float = 9, **answers: object) -> Sending:
    """A talk of the first animator that nothing is wrong with."""
    return Sending(held(day, hour, **{"village": HERE, "duree_min": 60, **PLAIN, **answers}), 7, evening(day))


def visit(hour: float, there: dict[str, int], minutes: int = 30) -> Sending:
    """A home visit of the first animator."""
    return talk(13, hour, type_activite="visite_domicile", **{**cells(0, 0), **there}, duree_min=minutes)


def came(sending: Sending, days: int) -> Sending:
    """The same sheet, received so many days after the evening of its event."""
    return replace(sending, received=sending.received + timedelta(days=days))


FAULTS: dict[str, Callable[[], list[Sending]]] = {
    "future_date": lambda: [came(talk(), -5)],
    "outside_project": lambda: [talk(date_seance=day) for day in ("2018-08-23", "2023-01-01")],
    "late": lambda: [came(talk(), 40)],
    "impossible_cell": lambda: [talk(n_femmes=27_000)],
    "no_participants": lambda: [talk(**cells(0, 0))],
    "stated_total_mismatch": lambda: [talk(total_fiche=50)],
    "part_above_whole": lambda: [talk(nv_femmes=28)],
    "outlier": lambda: [talk(n_femmes=400)],
    "gps_far": lambda: [talk(gps="13.9 -8.0 0 5")],
    "gps_outside_country": lambda: [talk(gps="48.8 2.3 0 5")],
    "unknown_village": lambda: [talk(village="ZZZ-INCONNU")],
    "zone": lambda: [talk(village="T-AILLEURS")],
    "cso_unlike_phone": lambda: [talk(osc="apdf")],
    "school_adults": lambda: [talk(milieu="scolaire")],
    "more_than_population": lambda: [
        talk(day, village="T-LOIN", **cells(0, 100 + day)) for day in (10, 12, 14)
    ],
    "too_many_sessions": lambda: [
        talk(12, 7 + hour * 1.5, **cells(hour, 20 + hour), village=f"T-V{7 + hour % 6}") for hour in range(7)
    ],
    "repeated_cells": lambda: [talk(day, hour) for day, hour in ((26, 9), (27, 9), (27, 14))],
    "round_numbers": lambda: [
        talk(day, 7 + 2 * n, village=f"T-V{8 + n}", **cells(10, 10 * n, 20, 30))
        for n, day in enumerate((26, 26, 26, 27, 27))
    ],
    "number_of_a_person": lambda: [talk(difficultes="Appeler Awa au 76 12 34 56")],
    "unreadable_value": lambda: [talk(n_femmes="3.5")],
    "missing_date": lambda: [talk(date_seance="")],
    "overlap": lambda: [talk(12, 9), talk(12, 9.5, **cells(9, 0), village="T-V8")],
    "duplicate": lambda: [talk(), came(talk(12, 9.1), 2)],
}


@pytest.mark.parametrize("rule", FAULTS)
def test_a_true_fault_within_that_month_is_asked_about(month: Month, rule: str) -> None:
    assert rule in flags_of_the_last(month, FAULTS[rule]())


@pytest.mark.parametrize(
    ("case", "sheets"),
    [
        ("", [talk(), came(talk(12, 9.1, n_femmes=26), 1)]),
        ("", [talk(**cells(0, 27)), came(talk(12, 9.1, **cells(27, 0)), 1)]),
        ("cells", [talk(12), replace(talk(13, 11), animator=8)]),
        ("photo", [replace(talk(), photo="ab"), replace(talk(20, village="T-V9", n_femmes=4), photo="ab")]),
        ("visit", [visit(9, {"n_femmes": 2}), visit(9.1, {"n_femmes": 2})]),
    ],
    ids=["sent-twice", "wrong-column", "next-day", "picture", "visit-twice"],
)
def test_each_kind_of_double_within_that_month_is_asked_about(
    month: Month, case: str, sheets: list[Sending]
) -> None:
    found = flags_of_the_last(month, sheets)
    assert found["duplicate"].details.get("case", "") == case


def test_visits_at_the_same_time_and_more_than_can_be_made_are_asked_about(month: Month) -> None:
    at_once = [visit(9, {"n_femmes": 2}, 60), visit(9.5, {"n_femmes": 1}, 60)]
    assert "overlap" in flags_of_the_last(month, at_once)
    many = [visit(6 + n * 0.75, {"n_femmes": 1 + n % 3, "n_filles": n % 2}) for n in range(21)]
    found = flags_of_the_last(month, many)
    assert found["too_many_sessions"].details == {"sessions": 21, "limit": 20}


def flags_of_the_last(month: Month, faulty: list[Sending]) -> dict[str, Flag]:
    """The open flags of the last of these sheets, which come after the month's and go again."""
    office, _ = month
    ids = take(office, faulty)
    found = {rule: flag for rule, flag in office.flags(ids[-1]).items() if flag.is_open}
    for submission_id in ids:
        office.delete(submission_id)
    office.examine()
    return found
