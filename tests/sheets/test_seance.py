"""The session sheet in Collect's own engine: what an animator may and may not finish."""

from datetime import date, timedelta
from typing import Any

import pytest
from lxml import etree

from tests.engine.fixtures import BlankSheet
from tests.engine.javarosa import Filled, JavaRosa, RefusedByEngine
from tests.sheets.answers import POSTPONED, SESSION


@pytest.fixture
def sheet(blank_sheets: dict[str, BlankSheet]) -> BlankSheet:
    return blank_sheets["seance_sensibilisation"]


@pytest.fixture
def fill(javarosa: JavaRosa, sheet: BlankSheet) -> Any:
    return lambda answers, **more: javarosa.fill(sheet.form, answers, media=sheet.media, **more)


def text(filled: Filled, name: str) -> str | None:
    found = etree.fromstring(filled.xml).find(f".//{name}")
    return None if found is None else found.text


def test_a_session_is_finished_and_its_total_is_the_sum(fill: Any) -> None:
    filled = fill(SESSION)
    assert text(filled, "n_total") == "60"
    assert text(filled, "compte_seance") == "1"
    assert filled.instance_name == "2020-03-08 · Nonkon village test 1 · causerie"


def test_a_postponed_session_asks_for_its_reason_and_no_numbers(fill: Any) -> None:
    filled = fill(POSTPONED)
    assert text(filled, "motif") == "pluie"
    assert text(filled, "n_hommes") is None
    with pytest.raises(RefusedByEngine):
        fill({**POSTPONED, "motif": None})


def test_a_cancelled_session_asks_for_its_reason_and_counts_no_session(fill: Any) -> None:
    cancelled = {**POSTPONED, "statut_seance": "annulee"}
    assert text(fill(cancelled), "compte_seance") == "0"
    with pytest.raises(RefusedByEngine):
        fill({**cancelled, "motif": None})


@pytest.mark.parametrize(
    ("level", "elsewhere"), [("cercle", "KAY-YEL"), ("commune", "KAY-YEL-YEL"), ("village", "T-DID1")]
)
def test_a_place_outside_the_one_above_it_cannot_be_chosen(fill: Any, level: str, elsewhere: str) -> None:
    with pytest.raises(RefusedByEngine) as refused:
        fill({**SESSION, level: elsewhere})
    first = refused.value.problems[0]
    assert (first["question"], first["kind"]) == (f"/identification/{level}", "choice")


def test_a_sheet_moved_to_another_commune_asks_for_its_village_again(fill: Any) -> None:
    with pytest.raises(RefusedByEngine) as refused:
        fill({"commune": "KOU-KOL-DID"}, edit=fill(SESSION).file)
    assert [problem["question"] for problem in refused.value.problems] == ["/identification/village"]


def test_a_village_that_is_not_listed_is_written(fill: Any) -> None:
    unlisted = {**SESSION, "village": "KOU-KOL-NON-AUTRE"}
    with pytest.raises(RefusedByEngine):
        fill(unlisted)
    filled = fill({**unlisted, "village_autre": "Tiéfala"})
    assert filled.instance_name.startswith("2020-03-08 · Tiéfala · ")


def test_a_session_without_participants_is_refused_in_french(fill: Any) -> None:
    nobody = dict.fromkeys(("n_hommes", "n_femmes", "n_garcons", "n_filles"), "0")
    with pytest.raises(RefusedByEngine) as refused:
        fill({**SESSION, **nobody})
    assert any("Une séance tenue a au moins un participant" in message for message in refused.value.messages)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"n_femmes": "5001"}, "Nombre entre 0 et 5000"),
        ({"n_femmes": "-1"}, "Nombre entre 0 et 5000"),
        ({"nv_femmes": "26"}, "Pas plus que les femmes présentes"),
        ({"n_jf_18_24": "26"}, "Pas plus que les femmes présentes"),
        ({"dont_handicap_m": "22"}, "Pas plus que les hommes et garçons présents"),
        ({"dont_descolarisees": "15"}, "Pas plus que les filles présentes"),
        ({"n_orientations": "61"}, "Pas plus que les personnes présentes"),
        ({"duree_min": "4"}, "Entre 5 et 480 minutes"),
        ({"date_seance": "2018-08-23"}, "avant le début du projet"),
        ({"n_mediations": "100"}, "Nombre entre 0 et 99"),
    ],
)
def test_a_slip_is_told_on_the_phone(fill: Any, wrong: dict[str, str], message: str) -> None:
    with pytest.raises(RefusedByEngine) as refused:
        fill({**SESSION, **wrong})
    assert any(message in said for said in refused.value.messages)


def test_yesterday_is_taken_and_a_date_after_today_is_refused(fill: Any) -> None:
    yesterday, later = (date.today() + timedelta(days=days) for days in (-1, 2))
    fill({**SESSION, "date_seance": yesterday.isoformat()})
    with pytest.raises(RefusedByEngine) as refused:
        fill({**SESSION, "date_seance": later.isoformat()})
    assert "La date ne peut pas être dans le futur" in refused.value.messages[0]


def test_a_slip_is_told_in_english_to_those_who_chose_it(fill: Any) -> None:
    with pytest.raises(RefusedByEngine) as refused:
        fill({**SESSION, "nv_femmes": "26"}, language="English (en)")
    assert refused.value.messages == ["No more than the women present"]


def test_a_cell_left_empty_is_asked_for_in_the_language_of_the_phone(fill: Any) -> None:
    unanswered = {**SESSION, "n_garcons": None}
    for language, message in (
        ("Français (fr)", "Cette réponse est nécessaire"),
        ("English (en)", "This answer is needed"),
    ):
        with pytest.raises(RefusedByEngine) as refused:
            fill(unanswered, language=language)
        assert refused.value.messages == [message]


def test_first_timers_may_stay_unknown(fill: Any) -> None:
    assert not text(fill(SESSION), "nv_femmes")


def test_a_paper_total_that_differs_must_be_confirmed(fill: Any) -> None:
    paper = {**SESSION, "saisie_papier": "oui", "total_fiche": "61"}
    with pytest.raises(RefusedByEngine) as refused:
        fill(paper)
    assert "Le total écrit ne correspond pas" in refused.value.messages[0]
    assert text(fill({**paper, "ecart_confirme": "OK"}), "total_fiche") == "61"
    fill({**paper, "total_fiche": "60"})


@pytest.mark.parametrize(
    ("activity", "usual"),
    [
        ({"type_activite": "causerie"}, 200),
        ({"type_activite": "visite_domicile"}, 60),
        ({"type_activite": "counseling"}, 60),
        ({"type_activite": "focus_groupe"}, 15),
        ({"type_activite": "caravane", "campagne": "8-MARS-2020"}, 2000),
    ],
)
def test_a_number_above_the_usual_must_be_confirmed(fill: Any, activity: dict[str, str], usual: int) -> None:
    session = {**SESSION, **activity, "n_hommes": "0", "n_garcons": "0", "n_filles": "0"}
    fill({**session, "n_femmes": str(usual)})
    crowd = {**session, "n_femmes": str(usual + 1)}
    with pytest.raises(RefusedByEngine) as refused:
        fill(crowd)
    assert [problem["question"] for problem in refused.value.problems] == ["/participation/nombre_confirme"]
    fill({**crowd, "nombre_confirme": "OK"})


def test_more_than_five_changes_must_be_confirmed(fill: Any) -> None:
    fill({**SESSION, "n_mediations": "5"})
    with pytest.raises(RefusedByEngine):
        fill({**SESSION, "n_mediations": "6"})
    fill({**SESSION, "n_mediations": "6", "changements_confirmes": "OK"})


def test_indirect_reach_is_people_or_media_and_never_both(fill: Any) -> None:
    reach = {"n_indirect": "6000", "methode_indirect": "estimation"}
    people, views = {"portee_indirecte": "personnes"}, {"portee_indirecte": "medias"}
    caravan = fill({**SESSION, "type_activite": "caravane", "campagne": "8-MARS-2020", **reach, **people})
    assert (text(caravan, "indirect_personnes"), text(caravan, "indirect_media")) == ("6000", None)
    radio = fill({**SESSION, "type_activite": "radio", **reach})
    assert (text(radio, "indirect_personnes"), text(radio, "indirect_media")) == (None, "6000")
    digital = {**SESSION, "type_activite": "campagne", "campagne": "NUMERIQUE-2020"}
    online = fill({**digital, **reach, "n_indirect": "500000", **views})
    assert (text(online, "indirect_personnes"), text(online, "indirect_media")) == (None, "500000")
    with pytest.raises(RefusedByEngine) as refused:
        fill({**digital, **reach})
    assert [problem["question"] for problem in refused.value.problems] == ["/participation/portee_indirecte"]
    film = fill({**SESSION, "type_activite": "projection", **reach, **views})
    assert text(film, "indirect_media") == "6000"


def test_no_position_is_asked_at_a_home(fill: Any) -> None:
    with pytest.raises(RefusedByEngine):
        fill({**SESSION, "type_activite": "visite_domicile", "gps": "13.5 -8 0 5"})


def test_a_session_led_by_a_mechanism_names_it(fill: Any) -> None:
    led = {**SESSION, "role_animation": "comite_eveil"}
    with pytest.raises(RefusedByEngine):
        fill(led)
    fill({**led, "mecanisme": "CEA-NONKON"})
    fill({**led, "mecanisme": "AUTRE"})
    with pytest.raises(RefusedByEngine):
        fill({**led, "mecanisme": "CEA-DIDIENI"})
