"""The rule about what people type in their own words: numbers by which somebody may be found (V25)."""

import re

from aggregates.quality.sheet import FreeText
from sync.counting.derivation import Finding

NO_PERSON = re.compile(
    r"""
    (?<!\d) (?:
        \d{1,2} [ ./-] \d{1,2} [ ./-] (?:19|20)\d\d          # a day: 08.03.2020
        | (?:19|20)\d\d [./-] \d{1,2} [./-] \d{1,2}          # a day: 2020-03-08
        | (?:19|20)\d\d \s? [-–/] \s? (?:19|20)\d\d          # a school year: 2019-2020
        | \d{1,3} (?: [ .\u00a0\u202f] \d{3} ){1,5} (?= \s? (?: f | xof | € | \$ ) )   # a sum of money: 10 500 000 FCFA
    ) (?!\d)
    """,
    re.VERBOSE | re.IGNORECASE,
)
"""Long numbers that stand for nobody."""
LONG_NUMBER = re.compile(r"\d(?:[ .\u00a0\u202f/-]?\d){7}")
"""Telephone numbers of Mali have eight digits, mostly written in pairs; identity numbers have more."""
CASE_CODE = re.compile(
    r"(?<![^\W_]) (?=[a-h -]{0,8}[2-9]) (?=[2-9 -]{0,8}[a-h]) [2-9a-h]{4} [ -]? [2-9a-h]{4} (?![^\W_])",
    re.VERBOSE | re.IGNORECASE,
)
"""The code of a referral case: eight signs from 2 to 9 and A to H, as two groups of four (domain page § 5)."""


def number_of_a_person(answer: FreeText) -> Finding | None:
    """V25: eight digits and more in a row, or the code of a case. Nothing of the text is repeated in the flag."""
    text = NO_PERSON.sub(" , ", answer.text)
    if LONG_NUMBER.search(text):
        return Finding("number_of_a_person", answer.path)
    if CASE_CODE.search(text):
        return Finding("number_of_a_person", answer.path, {"case": "code"})
    return None
