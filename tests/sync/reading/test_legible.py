"""A sheet in the form's own words."""

from forms.catalogue.definitions import load_definition
from sync.counting.summary import summary
from sync.instance.instance import parse_instance, scopes
from sync.reading.difference import differences
from sync.reading.difference_in_words import DifferenceInWords, differences_in_words
from sync.reading.legible import Line, Wording, answers_around, legible, where_in_words
from tests.sheet_writer import instance_xml
from tests.station import SCHEME, Station

VISIT = """
| survey | | | | | | | | |
|| type | name | label::fr | label::en | bind::fiche:dimension | bind::fiche:count | bind::fiche:sex | bind::fiche:age |
| | date | jour | Jour | Day | date | | | |
| | begin group | lieu | Le lieu | The place | | | | |
| | text | note | Note | Remark | | | | |
| | select_one ou | ou | Où ? | Where? | place | | | |
| | end group | | | | | | | |
| | integer | f | Femmes | Women | | participants | F | 18+ |
| | integer | m | Hommes | Men | | participants | M | 18+ |
| | begin repeat | aide | Aide | Help | | | | |
| | text | quoi | Quoi | What | | | | |
| | end repeat | | | | | | | |
| choices | | | | | | | | |
| | list_name | name | label::fr | label::en | | | | |
| | ou | K | Chez elle | At home | | | | |
| settings | | | | | | | | |
| | form_id | version | namespaces | | | | | |
| | visite | 1 | fiche="https://fiche.ong/xforms" | | | | | |
"""


def test_answers_stand_under_the_forms_groups_in_the_readers_language(station: Station) -> None:
    made = station.publish(VISIT)
    with station.storage.reading() as db:
        definition = load_definition(db, made.definition_id)
    answers = {
        "/jour": "2020-03-08",
        "/lieu/ou": "K",
        "/f": "3",
        "/m": "2",
        "/aide": [{"quoi": "Eau"}, {"quoi": "Riz"}],
    }
    root = scopes(parse_instance(instance_xml("visite", "1", answers)), definition)
    french, english = (legible(definition, root, Wording(language)) for language in ("fr", "en"))
    assert [column.heading for column in english][1:] == ["The place"]
    assert french[1].lines == (
        Line("Où ?", "Chez elle", "select1", "/lieu/ou"),
    )  # what was not answered is left out
    assert english[0].lines[0] == Line("Day", "2020-03-08", "date", "/jour")
    assert french[0].tables[0].rows == (("Eau",), ("Riz",))
    told = summary(definition, root, SCHEME)
    assert (told.event_date, told.place, told.people) == ("2020-03-08", "K", 5)
    assert (told.men, told.women, told.boys) == (2, 3, None)  # what was not asked is unknown


NAMING = """
| survey | | | | |
|| type | name | label::fr | label::en |
| | select_one ou | ou | Où ? | Where? |
| | integer | n | Combien ? | How many? |
| | begin group | suite | La suite à ${ou} | What followed at ${ou} |
| | text | sur | ${n} personnes à **${ou}** : sûr ? | ${n} people at **${ou}**: sure? |
| | select_one avis | avis | Avis | Opinion |
| | text | reste | Et ${vide} ? | And ${vide}? |
| | end group | | | |
| | text | vide | Vide | Empty |
| | begin repeat | membre | Membre | Member |
| | text | nom | Nom | Name |
| | text | lien | Lien de ${nom} | Tie of ${nom} |
| | end repeat | | | |
| choices | | | | |
| | list_name | name | label::fr | label::en |
| | ou | K | Chez elle | Her home |
| | avis | ok | Compté : ${n} | I counted ${n} |
| settings | | | | |
| | form_id | version | | |
| | nommer | 1 | | |
"""


def test_a_label_that_names_another_answer_tells_it_as_the_phone_did(station: Station) -> None:
    made = station.publish(NAMING)
    with station.storage.reading() as db:
        definition = load_definition(db, made.definition_id)
    answers = {
        "/ou": "K",
        "/n": "52",
        "/suite/sur": "oui",
        "/suite/avis": "ok",
        "/suite/reste": "rien",
        "/membre": [{"nom": "Awa", "lien": "sœur"}],
    }
    old = parse_instance(instance_xml("nommer", "1", answers))
    root = scopes(old, definition)
    block = legible(definition, root, Wording("fr"))[1]
    assert block.heading == "La suite à Chez elle"
    assert [(line.label, line.value) for line in block.lines] == [
        ("52 personnes à Chez elle : sûr ?", "oui"),
        ("Avis", "Compté : 52"),
        ("Et … ?", "rien"),
    ]
    told_alike = legible(definition, root, Wording("en", answers_in_labels=False))[1]
    assert told_alike.lines[0].label == "… people at …: sure?"
    told_less = legible(definition, root, Wording("fr"), withheld=frozenset({"/n"}))[1]
    assert told_less.lines[0].label == "… personnes à Chez elle : sûr ?"
    assert told_less.lines[1].value == "Compté : …"

    changed = {**answers, "/n": "50", "/suite/sur": "non", "/membre": [{"nom": "Awa", "lien": "tante"}]}
    new = parse_instance(instance_xml("nommer", "1", changed))
    newer, repeats = scopes(new, definition), frozenset({"/membre"})
    found = [difference for difference in differences(old, new, repeats) if difference.path[0] != "meta"]
    told = differences_in_words(found, (definition,), "fr", {}, newer)
    assert told == [
        DifferenceInWords("Combien ?", "52", "50"),
        DifferenceInWords("50 personnes à Chez elle : sûr ?", "oui", "non"),
        DifferenceInWords("Membre 1 › Lien de Awa", "sœur", "tante"),
    ]
    last = found[-1].path
    assert where_in_words(definition, last, "en", answers_around(newer, last)) == "Member 1 › Tie of Awa"
