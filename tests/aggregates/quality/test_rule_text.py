"""V25: which numbers in a free text are somebody's, and that the flag repeats none of them."""

import pytest

from aggregates.quality.rule_text import number_of_a_person
from aggregates.quality.sheet import FreeText


@pytest.mark.parametrize(
    ("text", "case"),
    [
        ("Appeler Awa au 76 12 34 56", "digits"),
        ("+223 76123456", "digits"),
        ("76.12.34.56 le 08.03.2020", "digits"),
        ("76 123 000", "digits"),
        ("NINA 12345678901234 X", "digits"),
        ("vue au CSCOM, 7G2H-B4C8", "code"),
        ("7g2h b4c8", "code"),
        ("le 08.03.2020, le 8/3/2020 et le 2020-03-08", ""),
        ("année 2019-2020", ""),
        ("10 500 000 FCFA", ""),
        ("12 femmes, 35 hommes, 10 filles, 15 garçons", ""),
        ("facecafe", ""),
        ("séance 2345 du club", ""),
        ("", ""),
    ],
)
def test_v25_numbers_by_which_somebody_may_be_found(text: str, case: str) -> None:
    finding = number_of_a_person(FreeText("/difficultes", text))
    assert (dict(finding.details).get("case", "digits") if finding else "") == case
    assert finding is None or (finding.path, {*finding.details} - {"case"}) == ("/difficultes", set())
