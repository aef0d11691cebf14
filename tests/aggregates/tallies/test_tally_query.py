"""What cannot be asked is refused, with what can."""

from typing import Any

import pytest

from aggregates.tallies.query import DIMENSIONS, QueryInvalid, TallyQuery


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"measure": "gens"}, "measure"),
        ({"measure": "sessions", "unit": "contacts"}, "unit"),
        ({"unit": "events"}, "unit"),
        ({"unit": "unique"}, "unit"),
        ({"reach": "tous"}, "reach"),
        ({"subset": "a b"}, "subset"),
        ({"status": "final"}, "status"),
        ({"map": "demain"}, "map"),
        ({"by": ("sexe",)}, "by"),
        ({"by": ("sex", "sex")}, "by"),
        ({"filters": {"sexe": ("M",)}}, "filter"),
        ({"first_month": "2020-13"}, "from"),
        ({"last_month": "mars"}, "to"),
        ({"first_month": "2020-04", "last_month": "2020-03"}, "to"),
    ],
)
def test_a_query_that_means_nothing_is_refused_by_its_parameter(
    query: dict[str, Any], parameter: str
) -> None:
    with pytest.raises(QueryInvalid) as refused:
        TallyQuery(**query)
    assert refused.value.facts["parameter"] == parameter


def test_a_measure_brings_its_own_unit() -> None:
    assert [TallyQuery().counted_unit, TallyQuery(measure="sessions").counted_unit] == ["contacts", "events"]


def test_every_dimension_can_be_laid_out_and_filtered() -> None:
    assert TallyQuery(by=DIMENSIONS, filters=dict.fromkeys(DIMENSIONS, ("",))).by == DIMENSIONS
