"""Instances as real engines write them, and as broken lines leave them."""

import contextlib
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.base.refusal import Refusal
from forms.definition.definition import Definition, Field
from sync.instance.instance import (
    FormIdMissing,
    InstanceEncrypted,
    InstanceIdMissing,
    InstanceUnreadable,
    parse_instance,
    scopes,
)

CLUB = Definition(
    form_id="club",
    version="1",
    title="Club",
    root="data",
    languages=(),
    fields=(
        Field("/date", "date", "date"),
        Field("/effectifs", "effectifs", "group"),
        Field("/effectifs/n", "n", "int"),
        Field("/club", "club", "repeat"),
        Field("/club/nom", "nom", "string", repeat="/club"),
        Field("/club/membre", "membre", "repeat", repeat="/club"),
        Field("/club/membre/age", "age", "int", repeat="/club/membre"),
    ),
)


def read(body: str, attributes: str = 'id="club" version="1"') -> bytes:
    return f"<?xml version='1.0' encoding='UTF-8' ?><data {attributes}>{body}</data>".encode()


META = "<meta><instanceID>uuid:1</instanceID></meta>"


def test_a_bare_and_a_prefixed_meta_are_both_read() -> None:
    bare = parse_instance(
        read("<meta><instanceID> uuid:1 </instanceID><instanceName>a</instanceName></meta>")
    )
    prefixed = parse_instance(
        read(
            "<orx:meta><orx:instanceID>uuid:1</orx:instanceID><orx:instanceName>a</orx:instanceName></orx:meta>",
            'xmlns:orx="http://openrosa.org/xforms" xmlns:fiche="https://fiche.ong/xforms" '
            'id="club" version="1"',
        )
    )
    assert (bare.instance_id, bare.instance_name) == (prefixed.instance_id, prefixed.instance_name)
    assert bare.instance_id == "uuid:1"


def test_answers_are_found_by_name_whatever_their_order_and_namespace() -> None:
    root = scopes(
        parse_instance(
            read(
                f'{META}<x:effectifs xmlns:x="urn:x"><x:n>3</x:n></x:effectifs>'
                "<!-- a note --><date>2020-03-08</date>"
            )
        ),
        CLUB,
    )
    assert root.answers == {"/effectifs/n": "3", "/date": "2020-03-08"}


def test_not_a_number_a_blank_and_an_absent_node_are_all_no_answer() -> None:
    for body in ("<effectifs><n>NaN</n></effectifs>", "<effectifs><n> </n></effectifs>", "<effectifs/>", ""):
        assert scopes(parse_instance(read(body + META)), CLUB).answers == {}


def test_an_empty_repeat_instance_counts_nobody_and_the_next_keeps_its_number() -> None:
    body = (
        "<club><nom/></club><club><nom>Kèlè</nom><membre><age/></membre><membre><age>31</age></membre></club>"
        "<club><membre><age>20</age></membre><nom/></club>"
    )
    root = scopes(parse_instance(read(body + META)), CLUB)
    assert [(scope.repeat, scope.position) for scope in root] == [
        ("", ()),
        ("/club", (2,)),
        ("/club/membre", (2, 2)),
        ("/club", (3,)),
        ("/club/membre", (3, 1)),
    ]


def test_a_nested_instance_that_comes_after_its_later_sibling_is_still_its_own() -> None:
    root = scopes(parse_instance(read(f"<club><nom>A</nom><membre><age>5</age></membre></club>{META}")), CLUB)
    assert root.children[0].children[0].answers == {"/club/membre/age": "5"}


@pytest.mark.parametrize("length", range(1, 120, 7))
def test_a_cut_off_instance_is_refused(length: int) -> None:
    with pytest.raises(InstanceUnreadable):
        parse_instance(read(f"<date>2020-03-08</date>{META}")[:length])


def test_a_document_type_is_refused_before_anything_grows() -> None:
    bomb = (
        b'<?xml version="1.0"?><!DOCTYPE data [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        b'<data id="club"><date>&b;</date><meta><instanceID>uuid:1</instanceID></meta></data>'
    )
    outside = (
        b'<!DOCTYPE data [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        b'<data id="club"><date>&f;</date><meta><instanceID>uuid:1</instanceID></meta></data>'
    )
    for xml in (bomb, outside):
        with pytest.raises(InstanceUnreadable):
            parse_instance(xml)


def test_a_tower_of_elements_is_refused() -> None:
    with pytest.raises(InstanceUnreadable):
        parse_instance(read("<a>" * 5000 + "</a>" * 5000 + META))


def test_what_identifies_an_instance_must_be_there() -> None:
    with pytest.raises(FormIdMissing):
        parse_instance(read(META, ""))
    with pytest.raises(InstanceIdMissing):
        parse_instance(read("<date>2020-03-08</date>"))
    with pytest.raises(InstanceIdMissing):
        parse_instance(read("<meta><instanceID/></meta>"))
    with pytest.raises(InstanceEncrypted):
        parse_instance(read(META, 'id="club" encrypted="yes"'))


@given(st.binary(max_size=400))
def test_any_bytes_give_an_instance_or_a_refusal(content: bytes) -> None:
    with contextlib.suppress(Refusal):
        parse_instance(content)


texts = st.text(st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"), min_size=1)


@given(
    st.dictionaries(st.sampled_from(["/date", "/effectifs/n"]), texts),
    st.lists(st.lists(st.text(string.digits, max_size=3), max_size=3), max_size=3),
)
def test_every_answer_comes_back_under_its_path(answers: dict[str, str], clubs: list[list[str]]) -> None:
    from xml.sax.saxutils import escape

    body = f"<date>{escape(answers.get('/date', ''))}</date>"
    body += f"<effectifs><n>{escape(answers.get('/effectifs/n', ''))}</n></effectifs>"
    for members in clubs:
        body += "<club>" + "".join(f"<membre><age>{age}</age></membre>" for age in members) + "</club>"
    root = scopes(parse_instance(read(body + META)), CLUB)
    assert root.answers == {
        path: text for path, text in answers.items() if not text.isspace() and text != "NaN"
    }
    ages = [scope.answers["/club/membre/age"] for scope in root if scope.repeat == "/club/membre"]
    assert ages == [age for members in clubs for age in members if age]
