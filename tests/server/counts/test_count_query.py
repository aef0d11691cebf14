"""Addresses of counts: what is written is read back, and a number's address narrows the view to that number."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from aggregates.tallies.query import DIMENSIONS, PEOPLE, QueryInvalid
from forms.places.cso_code import CsoCode
from forms.places.place_map import MAPS
from server.counts.query import CountQuery, read_count_query, sheets_addresses


def with_codes_of_organisations(filters: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The same filters, organisations named in the one case in which they are read."""
    return filters | {name: tuple(map(CsoCode, codes)) for name, codes in filters.items() if name == "cso"}


CODES = st.sampled_from(["KAY", "", "a,b", "é & ü", "2020-03", "F"])
LAYOUTS = st.lists(
    st.sampled_from([dimension for dimension in DIMENSIONS if dimension != "project"]),
    max_size=3,
    unique=True,
)
FILTERS = st.dictionaries(
    st.sampled_from([dimension for dimension in DIMENSIONS if dimension != "project"]),
    st.lists(CODES, min_size=1, max_size=3).map(tuple),
    max_size=4,
).map(with_codes_of_organisations)


def read(address: str) -> CountQuery:
    """The view of an address."""
    pairs = parse_qsl(address.partition("?")[2], keep_blank_values=True)
    return read_count_query(MultiDict(pairs))


@given(
    LAYOUTS, LAYOUTS, FILTERS, st.sampled_from(["participants", "trainees"]), st.sampled_from(["", "first_time"]),
    st.sampled_from(["both", "verified"]), st.sampled_from(["", "2020-01"]), st.integers(1, 99),
    st.sampled_from(MAPS),
)  # fmt: skip
def test_what_is_written_is_read_back(
    rows: list[str], columns: list[str], filters: dict[str, tuple[str, ...]], measure: str, unit: str, status: str,
    month: str, page: int, on_map: str,
) -> None:  # fmt: skip
    asked = CountQuery(
        rows=tuple(rows),
        columns=tuple(column for column in columns if column not in rows),
        filters={name: filters[name] for name in DIMENSIONS if name in filters},
        measure=measure,
        unit=unit,
        status=status,
        first_month=month,
        page=page,
        sort="total",
        map=on_map,
    )
    assert read(asked.address(page=page)) == asked


@given(FILTERS, st.lists(CODES, min_size=3, max_size=3), st.integers(0, 2), st.booleans())
def test_a_numbers_address_keeps_the_filters_and_puts_its_keys_in_their_place(
    filters: dict[str, tuple[str, ...]], keys: list[str], depth: int, is_total: bool
) -> None:
    asked = CountQuery(rows=("region", "activity"), columns=("sex",), filters=filters, unit="first_time")
    column = () if is_total else tuple(keys[2:])
    opened = read(sheets_addresses(asked, "/x")(tuple(keys[:depth]), column, "verified"))
    expected = dict(filters) | {
        name: (key,) for name, key in zip(asked.rows[:depth], keys[:depth], strict=True)
    }
    expected |= {"sex": column} if column else {}
    assert dict(opened.filters) == expected
    assert (opened.unit, opened.status) == ("first_time", "verified")


def test_a_measure_of_events_has_no_sex_and_no_unit_of_people() -> None:
    asked = read("?measure=sessions&unit=first_time&rows=sex,region&sex=F")
    assert (asked.rows, asked.columns, asked.unit, dict(asked.filters)) == (("region",), (), "", {})
    assert not any(row in PEOPLE for row in (*asked.rows, *asked.columns))


@pytest.mark.parametrize(
    "address", ["?rows=x", "?columns=project2", "?status=x", "?measure=x", "?from=2020", "?to=x"]
)
def test_what_cannot_be_asked_is_refused(address: str) -> None:
    with pytest.raises(QueryInvalid):
        read(address)


def test_another_project_cannot_be_asked_for() -> None:
    assert "project" not in read("?project=2").filters
