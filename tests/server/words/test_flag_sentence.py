"""Flags in words: every rule has a title, a reason and advice, in French and in English."""

from string import Formatter

import pytest

from aggregates.flags.catalogue import RULES
from aggregates.flags.flag import Flag
from server.words.flag_sentence import DATES, LITERAL, TEXTS, flag_advice, flag_sentence, flag_title, severity
from server.words.language import translate


def holes(text: str) -> set[str]:
    """The facts that a sentence wants."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def details_for(rule: str, case: str, text: str) -> dict[str, int | str]:
    """Facts that fill a sentence."""
    found: dict[str, int | str] = {"case": case} if case else {}
    for name in holes(text) - {"over", "under"}:
        found[name] = "2020-03-08" if name in DATES else "2" if name in LITERAL else 1234
    if rule == "stated_total_mismatch":
        found |= {"difference": -3 if case == "under" else 3}
    return found


SENTENCES = [
    (rule, case, text)
    for rule, told in TEXTS.items()
    for case, text in {"": told.reason, **(told.cases or {})}.items()
]


def test_every_rule_has_its_texts_and_every_text_its_rule() -> None:
    assert set(TEXTS) == set(RULES)


@pytest.mark.parametrize(("rule", "case", "text"), SENTENCES)
def test_every_reason_is_told_with_its_numbers_in_both_languages(rule: str, case: str, text: str) -> None:
    flag = Flag(1, rule, "", details_for(rule, case, text))
    english, french = flag_sentence(flag, "en"), flag_sentence(flag, "fr")
    assert english != french
    for told in (english, french):
        assert "{" not in told and told.endswith(".")
    if any(value == 1234 for value in flag.details.values()):
        assert "1,234" in english
        assert "1\u202f234" in french


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_has_a_title_and_says_what_to_do_in_both_languages(rule: str) -> None:
    flag = Flag(1, rule, "")
    for say in (flag_title, flag_advice):
        assert say(flag, "en") and say(flag, "fr") and say(flag, "en") != say(flag, "fr")
    assert severity(flag) == RULES[rule].severity


def test_a_mismatch_is_told_with_its_signed_difference() -> None:
    flag = Flag(1, "stated_total_mismatch", "/total", {"stated": 45, "counted": 42, "difference": 3})
    assert flag_sentence(flag, "fr") == "Le total écrit (45) dépasse de 3 la somme des cases (42)."
    flag = Flag(1, "stated_total_mismatch", "/total", {"stated": 40, "counted": 42, "difference": -2})
    assert flag_sentence(flag, "fr") == "Le total écrit (40) est inférieur de 2 à la somme des cases (42)."


def test_days_are_written_in_words() -> None:
    flag = Flag(1, "future_date", "", {"date": "2020-05-01", "received": "2020-03-08"})
    assert "1 mai 2020" in flag_sentence(flag, "fr") and "8 mars 2020" in flag_sentence(flag, "fr")


def test_a_rule_that_is_gone_still_has_words() -> None:
    flag = Flag(1, "forgotten_rule", "", {"n": 1})
    assert flag_title(flag, "fr") == translate("fr", "Flag") == "Signalement"
    assert flag_sentence(flag, "en") and flag_advice(flag, "en")
