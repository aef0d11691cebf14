"""Filters in addresses: what cannot be meant is left out, what is meant comes back as it was."""

from urllib.parse import parse_qsl

from hypothesis import given
from hypothesis import strategies as st

from forms.places.place import Place
from server.submissions.filter import NAMES, key_in, key_written, places_named, read_filter
from server.web.notice import back, with_option, without_notice

PLACES = [
    Place("K", "region", "Kayes", "ML"),
    Place("K-Y", "cercle", "Yélimané", "K"),
    Place("K-Y-1", "village", "Dogofry", "K-Y"),
    Place("S", "region", "Sikasso", "ML"),
]


def test_a_place_is_found_by_its_name_without_accents_with_everything_inside_it() -> None:
    assert places_named("yelimane", PLACES) == ("K-Y", "K-Y-1")
    assert places_named("KAYES", PLACES) == ("K", "K-Y", "K-Y-1")
    assert places_named("k-y-1", PLACES) == ("K-Y-1",)
    assert places_named("nowhere", PLACES) == ()


def test_a_place_is_found_by_its_other_names_with_the_sheets_that_name_them() -> None:
    called = [*PLACES[:2], Place("K-Y-1", "village", "Dogofry", "K-Y", aliases=("Dogofiry", "DOG"))]
    assert places_named("dogofiry", called) == ("DOG", "Dogofiry", "K-Y-1")
    assert places_named("yelimane", called) == ("DOG", "Dogofiry", "K-Y", "K-Y-1")


def test_what_cannot_be_meant_is_left_out_of_the_filters() -> None:
    wanted = read_filter(
        {"state": "wrong", "from": "2020-02-31", "to": "hier", "month": "2020", "held": "x", "order": "name"}
    )
    assert wanted.state == "todo"
    assert wanted.active == []
    assert wanted.options() == ""


@given(
    st.dictionaries(st.sampled_from(NAMES), st.text(max_size=20)), st.sampled_from(["", "todo", "approved"])
)
def test_filters_come_back_from_the_address_as_they_were(values: dict[str, str], state: str) -> None:
    wanted = read_filter({**values, "state": state})
    again = read_filter(dict(parse_qsl(wanted.options(), keep_blank_values=True)))
    assert again == wanted


@given(st.tuples(st.text(max_size=30), st.integers(0, 10**16)))
def test_a_place_in_the_list_comes_back_from_the_address(key: tuple[str, int]) -> None:
    assert key_in(key_written(key), "received") == key


def test_a_place_in_a_list_by_people_is_a_number_or_none() -> None:
    assert key_in("12.7", "people") == (12, 7)
    assert key_in("many.7", "people") is None
    assert key_in("2020.x", "received") is None


def test_one_is_sent_back_to_a_page_of_the_sheets_alone_and_without_the_last_notice() -> None:
    base = "/projects/1/sheets"
    assert back(base, f"{base}/f/uuid:1?q=a&done=x&count=3") == f"{base}/f/uuid:1?q=a"
    assert back(base, "https://elsewhere.example/") == base
    assert back(base, f"{base}elsewhere") == base
    assert back(base, f"{base}/\r\nX: y") == base
    assert without_notice(with_option(base, "done", "a&b")) == base
