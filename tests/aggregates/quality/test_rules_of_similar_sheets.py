"""The quality rules that compare a sheet with others: two sheets of one event, two sessions at once, numbers again."""

from typing import Any

import pytest

from aggregates.quality import (
    rule_duplicate,
)
from aggregates.quality.rulebook import Surroundings, findings_among
from tests.aggregates.quality.good_sheet import (
    EVENT,
    THRESHOLDS,
    details,
    fingerprint,
)

EARLIER = fingerprint(submission_id=1, instance_id="uuid:1", received_at="2020-03-08T18:00:00.000Z")
VISIT = {"activity": "visite_domicile", "started": 1000}
OTHER_NUMBERS = "1,2,3,4"


@pytest.mark.parametrize(
    ("changes", "other", "case"),
    [
        ({}, {}, "event"),
        ({"cells": OTHER_NUMBERS}, {}, "event"),
        ({"cells": "31,0,12,0"}, {"cells": "0,24,0,9"}, None),
        ({"cells": "31,0,12,0"}, {"cells": "0,24,1,9"}, "event"),
        ({"cells": "24,0,9,0"}, {"cells": "0,24,0,9"}, "event"),
        ({"cells": "31,0,12,0"}, {"cells": ""}, "event"),
        ({"cells": "31,0,12,0", "photos": "ab"}, {"cells": "0,24,0,9", "photos": "ab"}, "photo"),
        ({"cso": "apdf"}, {}, "cells"),
        ({"animator_id": 8, "day": EVENT.toordinal() + 2}, {}, "cells"),
        ({"animator_id": 8, "day": EVENT.toordinal() + 3}, {}, None),
        ({"cells": OTHER_NUMBERS, "day": EVENT.toordinal() + 1}, {}, None),
        ({"cells": OTHER_NUMBERS, "activity": "preche"}, {}, None),
        ({"cells": "", "animator_id": 8}, {"cells": ""}, None),
        ({"place": "T-NON2"}, {}, None),
        ({"place": ""}, {"place": ""}, None),
        ({"form_id": 2}, {}, None),
        ({"place": "T-NON2", "photos": "ab,cd"}, {"photos": "cd"}, "photo"),
        ({"place": "T-NON2", "photos": "ab"}, {"photos": ""}, None),
        (VISIT, {**VISIT, "started": 1010}, "visit"),
        (VISIT, {**VISIT, "started": 1011}, None),
        (VISIT, {**VISIT, "cells": OTHER_NUMBERS}, None),
        ({**VISIT, "started": None}, VISIT, None),
        ({**VISIT, "photos": "ab"}, {**VISIT, "started": 5000, "photos": "ab"}, None),
    ],
)
def test_v12_two_sheets_of_one_event(changes: Any, other: Any, case: str | None) -> None:
    found = rule_duplicate.duplicate(fingerprint(**changes), [EARLIER._replace(**other)], THRESHOLDS)
    if case is None:
        assert found is None
    else:
        assert found is not None
        assert (found.details["other"], found.details["other_instance"]) == (1, "uuid:1")
        assert found.details.get("case", "event") == case


def test_v12_names_the_strongest_reason_and_then_the_earliest_sheet() -> None:
    weak = EARLIER._replace(cso="apdf")
    strong = EARLIER._replace(submission_id=3, received_at="2020-03-08T19:00:00.000Z")
    later = strong._replace(submission_id=4, received_at="2020-03-08T20:00:00.000Z")
    found = rule_duplicate.duplicate(fingerprint(), [weak, later, strong], THRESHOLDS)
    assert found is not None and found.details["other"] == 3


@pytest.mark.parametrize(
    ("mine", "other", "minutes"),
    [
        ((600, 605, 90), (630, 635, 60), 60),
        ((600, 605, 30), (630, 635, 60), None),
        ((1140, 1144, 90), (1150, 1154, 60), None),
        ((600, None, 90), (630, None, 60), 60),
        ((None, None, 90), (630, 635, 60), None),
        ((600, 605, None), (630, 635, 60), None),
    ],
)
def test_v18_two_sessions_at_once_but_not_two_sheets_of_one_evening(
    mine: Any, other: Any, minutes: int | None
) -> None:
    names = ("started", "ended", "minutes")
    row = fingerprint(**dict(zip(names, mine, strict=True)))
    before = EARLIER._replace(**dict(zip(names, other, strict=True)))
    found = rule_duplicate.overlap(row, [before], THRESHOLDS)
    assert (None if found is None else found.details["minutes"]) == minutes


def test_v18_more_sessions_in_a_day_than_can_be_held() -> None:
    talk = fingerprint()
    assert rule_duplicate.too_many_sessions(talk, 5, THRESHOLDS) is None
    assert details(rule_duplicate.too_many_sessions(talk, 6, THRESHOLDS)) == {"sessions": 7, "limit": 6}
    visit = fingerprint(**VISIT)
    assert rule_duplicate.too_many_sessions(visit, 19, THRESHOLDS) is None
    assert details(rule_duplicate.too_many_sessions(visit, 20, THRESHOLDS)) == {"sessions": 21, "limit": 20}
    assert rule_duplicate.too_many_sessions(fingerprint(animator_id=None), 40, THRESHOLDS) is None


@pytest.mark.parametrize(
    ("cells", "before", "is_flagged"),
    [
        ("9,22,6,11", ["9,22,6,11", "9,22,6,11"], True),
        ("9,22,6,11", ["9,22,6,11", "9,22,6,12", "9,22,6,11"], False),
        ("9,22,6,11", ["9,22,6,11"], False),
        ("", ["", ""], False),
    ],
)
def test_v19_the_same_numbers_three_times_in_a_row(cells: str, before: list[str], is_flagged: bool) -> None:
    rows = [EARLIER._replace(cells=cells) for cells in before]
    found = rule_duplicate.repeated_cells(fingerprint(cells=cells), rows, THRESHOLDS)
    assert (found is not None) == is_flagged


def test_v18_and_v19_leave_a_round_of_home_visits_alone() -> None:
    visit = fingerprint(**VISIT, cells="0,1,0,0", ended=1005, minutes=60)
    before = [EARLIER._replace(**{**VISIT, "started": 970}, cells="0,1,0,0", ended=975, minutes=45)] * 2
    assert rule_duplicate.overlap(visit, before, THRESHOLDS) is None
    longer = [before[0]._replace(minutes=46)]
    assert details(rule_duplicate.overlap(visit, longer, THRESHOLDS)) == {
        "minutes": 16,
        "other": 1,
        "other_instance": "uuid:1",
    }
    assert rule_duplicate.repeated_cells(visit, before, THRESHOLDS) is None
    many = Surroundings(how_many_that_day=7)
    assert findings_among(visit, many, THRESHOLDS) == ()
    talk = visit._replace(activity="causerie")
    talks = [row._replace(activity="causerie") for row in before]
    assert rule_duplicate.overlap(talk, talks, THRESHOLDS) is not None
    assert [finding.rule for finding in findings_among(talk, many, THRESHOLDS)] == ["too_many_sessions"]


@pytest.mark.parametrize(
    ("mine", "before", "is_flagged"),
    [(1, [1, 1, 1, 1], True), (1, [1, 1, 0, 1], False), (0, [1, 1, 1, 1], False), (1, [1, 1, 1], False)],
)
def test_v19_five_sheets_of_tens(mine: int, before: list[int], is_flagged: bool) -> None:
    rows = [EARLIER._replace(is_round=is_round) for is_round in before]
    found = rule_duplicate.round_numbers(fingerprint(is_round=mine), rows, THRESHOLDS)
    assert (found is not None) == is_flagged
