"""What an edit changed, path by path."""

from sync.instance.instance import parse_instance
from sync.reading.difference import differences, written_path
from tests.sheet_writer import instance_xml


def changed(old: dict[str, object], new: dict[str, object]) -> list[tuple[object, str | None, str | None]]:
    """The differences between two sheets, their identifiers left out."""
    before, after = (
        parse_instance(instance_xml("club", "1", answers, instance_id="uuid:1")) for answers in (old, new)
    )
    found = differences(before, after, frozenset(["/membre"]))
    return [(written_path(difference.path), difference.old, difference.new) for difference in found]


def test_a_changed_a_new_and_a_removed_answer_are_told_apart() -> None:
    assert changed({"/a": "1", "/b": "2", "/g/c": "3"}, {"/a": "1", "/b": "5", "/d": "4"}) == [
        (["b"], "2", "5"),
        (["d"], None, "4"),
        (["g", "c"], "3", None),
    ]


def test_repeats_are_compared_by_their_position() -> None:
    old = {"/membre": [{"nom": "Awa"}, {"nom": "Oumou"}]}
    new = {"/membre": [{"nom": "Awa"}, {"nom": "Kani"}, {"nom": "Fanta"}]}
    assert changed(old, new) == [
        ([["membre", 1], "nom"], "Oumou", "Kani"),
        ([["membre", 2], "nom"], None, "Fanta"),
    ]


def test_an_empty_answer_and_one_left_out_are_the_same() -> None:
    assert changed({"/a": ""}, {}) == []
