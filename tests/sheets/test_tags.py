"""What each question of the shipped sheets counts: nobody sees a number missing when its tag is."""

from lxml import etree

from tests.engine.fixtures import BlankSheet

FICHE = "{https://fiche.ong/xforms}"
MEN = {"sex": "M", "age": "18+"}
WOMEN = {"sex": "F", "age": "18+"}
BOYS = {"sex": "M", "age": "5-17"}
GIRLS = {"sex": "F", "age": "5-17"}
HEADS = {"count": "participants"}
PLACE = {name: {"dimension": "place"} for name in ("region", "cercle", "commune", "village")}

SESSION_TAGS = {
    "osc": {"dimension": "cso"},
    **PLACE,
    "statut_seance": {"dimension": "status", "held": "oui"},
    "date_seance": {"dimension": "date"},
    "type_activite": {"dimension": "activity"},
    "milieu": {"dimension": "setting"},
    "programme": {"dimension": "programme"},
    "mecanisme": {"dimension": "mechanism"},
    "n_hommes": HEADS | MEN,
    "n_femmes": HEADS | WOMEN,
    "n_garcons": HEADS | BOYS,
    "n_filles": HEADS | GIRLS,
    "total_fiche": {"total": "participants"},
    "nv_hommes": HEADS | MEN | {"unit": "first_time"},
    "nv_femmes": HEADS | WOMEN | {"unit": "first_time"},
    "nv_garcons": HEADS | BOYS | {"unit": "first_time"},
    "nv_filles": HEADS | GIRLS | {"unit": "first_time"},
    "n_jf_18_24": HEADS | {"sex": "F", "age": "18-24", "subset": "youth"},
    "n_jh_18_24": HEADS | {"sex": "M", "age": "18-24", "subset": "youth"},
    "dont_handicap_f": HEADS | {"sex": "F", "subset": "disability"},
    "dont_handicap_m": HEADS | {"sex": "M", "subset": "disability"},
    "dont_aides_menageres": HEADS | {"sex": "F", "subset": "domestic_workers"},
    "dont_descolarisees": HEADS | GIRLS | {"subset": "out_of_school"},
    "indirect_personnes": HEADS | {"reach": "indirect"},
    "indirect_media": HEADS | {"reach": "media"},
    "n_orientations": {"count": "orientations_declared"},
    "n_mariages_empeches": {"count": "child_marriages_prevented"},
    "n_mgf_empechees": {"count": "fgm_prevented"},
    "n_mediations": {"count": "mediations"},
    "n_levirats_evites": {"count": "levirates_prevented"},
    "n_retours_ecole": {"count": "school_returns"},
    "changement": {"narrative": "yes"},
    "compte_seance": {"event": "sessions"},
}
TRAINING_TAGS = {
    "osc": {"dimension": "cso"},
    **PLACE,
    "date_debut": {"dimension": "date"},
    "n_organisations": {"count": "organisations"},
    "categorie": {"dimension": "category"},
    "n_h": {"count": "trainees"} | MEN,
    "n_f": {"count": "trainees"} | WOMEN,
    "n_g": {"count": "trainees"} | BOYS,
    "n_fi": {"count": "trainees"} | GIRLS,
    "total_liste": {"total": "trainees"},
    "compte_formation": {"event": "trainings"},
}


def tags(sheet: BlankSheet) -> list[tuple[str, dict[str, str]]]:
    """The tagged questions in the form's order."""
    found = []
    for bind in etree.parse(str(sheet.form)).iter("{*}bind"):
        tag = {name.removeprefix(FICHE): text for name, text in bind.attrib.items() if name.startswith(FICHE)}
        if tag:
            found.append((bind.attrib["nodeset"].rpartition("/")[2], tag))
    return found


def test_each_question_of_a_session_counts_what_it_should(blank_sheets: dict[str, BlankSheet]) -> None:
    assert tags(blank_sheets["seance_sensibilisation"]) == list(SESSION_TAGS.items())


def test_each_question_of_a_training_counts_what_it_should(blank_sheets: dict[str, BlankSheet]) -> None:
    assert tags(blank_sheets["formation"]) == list(TRAINING_TAGS.items())
