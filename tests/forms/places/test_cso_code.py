"""Codes of organisations: written in any case, one organisation all the same, and folded in one place alone."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.places.cso_code import NO_CSO, CsoCode
from forms.places.csos import CsoTaken, CsoUnknown, create_cso, find_cso
from tests.station import BEGINNING, Station

ROOT = Path(__file__).parent.parent.parent.parent
CODES = st.text(st.characters(categories=("Lu", "Ll", "Nd")), min_size=1, max_size=12)
FOLDING = re.compile(r"\.casefold\(\)")
FOLDED_CODE = re.compile(
    r"\bcsos?(\.code|\.cso)?\)?\.(casefold|upper|lower)\(\)|\|\s*(upper|lower)\b|map\(.(upper|lower).\)"
)
OTHER_USES = {
    "forms/base/table_cell.py": "names in a plan, compared without accents",
    "aggregates/plan/fulfilment.py": "names of animators",
    "aggregates/plan/resolver.py": "codes of places, as people write them in a plan",
    "aggregates/report/alphabet.py": "the order of names",
    "forms/definition/layout.py": "names of tables and columns, which SQL compares in any case",
    "forms/definition/tally_tag.py": "marks and headings, as people write them",
    "forms/definition/xform.py": "yes and no in a form",
    "server/identity/attempts.py": "addresses of people",
    "server/identity/password.py": "a password beside an address",
    "server/inbox/pages.py": "the order of titles",
    "server/phones/pages.py": "a search",
    "server/plan/page.py": "the order of names",
    "server/reminders/reminding.py": "names of animators",
    "server/web/sent.py": "types of files",
    "sync/counting/summary.py": "words that are searched",
}
"""Files that fold other texts than codes of organisations."""


@given(CODES)
def test_case_and_blanks_around_make_no_other_code(code: str) -> None:
    assert CsoCode(f" {code.lower()} ") == CsoCode(CsoCode(code.lower()))
    assert CsoCode(code.casefold()) == CsoCode(code)
    assert hash(CsoCode(code)) == hash(CsoCode(code).casefold())


def test_a_code_is_shown_in_capitals_and_none_is_empty() -> None:
    assert CsoCode("tagne ").shown == "TAGNE"
    assert CsoCode(" ") == NO_CSO == ""
    assert not NO_CSO


def test_an_organisation_is_found_in_any_case_letters_with_accents_too(station: Station) -> None:
    with station.storage.writing() as db:
        made = create_cso(db, "Élan", "Association Élan", projects=[station.project_id], now=BEGINNING)
        assert find_cso(db, " ÉLAN") == find_cso(db, "élan", project_id=station.project_id) == made
        with pytest.raises(CsoTaken):
            create_cso(db, "ÉLAN", "Une autre", now=BEGINNING)
        with pytest.raises(CsoUnknown):
            find_cso(db, "élan", project_id=station.project_id + 1)


def test_no_other_file_folds_codes_of_organisations() -> None:
    files = [
        path for folder in ("forms", "sync", "aggregates", "server") for path in (ROOT / folder).rglob("*.py")
    ]
    folding = {str(path.relative_to(ROOT)) for path in files if FOLDING.search(path.read_text())}
    assert folding - OTHER_USES.keys() == {"forms/places/cso_code.py"}, "take a CsoCode"
    pages = [*files, *(ROOT / "server").rglob("*.html")]
    assert [str(path) for path in pages if FOLDED_CODE.search(path.read_text())] == []
