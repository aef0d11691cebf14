"""The training sheet in Collect's own engine."""

from typing import Any

import pytest
from lxml import etree

from tests.engine.fixtures import BlankSheet
from tests.engine.javarosa import JavaRosa, RefusedByEngine
from tests.sheets.answers import TRAINING


@pytest.fixture
def fill(javarosa: JavaRosa, blank_sheets: dict[str, BlankSheet]) -> Any:
    sheet = blank_sheets["formation"]
    return lambda answers: javarosa.fill(sheet.form, answers, media=sheet.media)


def test_categories_are_rows_of_their_own_and_add_up(fill: Any) -> None:
    root = etree.fromstring(fill(TRAINING).xml)
    assert [element.findtext(".//categorie") for element in root.findall("categories")] == [
        "prestataires_services",
        "points_focaux",
    ]
    assert root.findtext(".//n_total") == "35"
    assert root.findtext(".//compte_formation") == "1"


def test_a_training_is_named_by_its_date_and_place(fill: Any) -> None:
    assert fill(TRAINING).instance_name == "2020-06-02 · Nonkon village test 1 · formation"


def test_a_category_without_people_is_refused(fill: Any) -> None:
    with pytest.raises(RefusedByEngine) as refused:
        fill({**TRAINING, "categories": [{"categorie": "points_focaux"}]})
    assert "Une catégorie a au moins une personne" in refused.value.messages[0]


def test_a_training_without_any_category_is_refused(fill: Any) -> None:
    with pytest.raises(RefusedByEngine) as refused:
        fill({**TRAINING, "categories": []})
    assert "ajoutez une catégorie" in refused.value.messages[0]


def test_a_wrong_list_total_must_be_confirmed(fill: Any) -> None:
    paper = {**TRAINING, "saisie_papier": "oui", "total_liste": "36"}
    with pytest.raises(RefusedByEngine) as refused:
        fill(paper)
    assert "Le total écrit ne correspond pas" in refused.value.messages[0]
    fill({**paper, "ecart_confirme": "OK"})


def test_a_training_cannot_end_before_it_began(fill: Any) -> None:
    with pytest.raises(RefusedByEngine) as refused:
        fill({**TRAINING, "date_fin": "2020-06-01"})
    assert "La date de fin" in refused.value.messages[0]
