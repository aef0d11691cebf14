"""A sheet in the form's own words."""

from forms.definitions import load_definition
from sync.instance import parse_instance, scopes
from sync.legible import Line, legible
from sync.summary import summary
from tests.sheet_writer import instance_xml
from tests.station import Station

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
    french, english = (legible(definition, root, language, {}) for language in ("fr", "en"))
    assert [each.heading for each in english][1:] == ["The place"]
    assert french[1].lines == (
        Line("Où ?", "Chez elle", "select1", "/lieu/ou"),
    )  # what was not answered is left out
    assert english[0].lines[0] == Line("Day", "2020-03-08", "date", "/jour")
    assert french[0].tables[0].rows == (("Eau",), ("Riz",))
    told = summary(definition, root)
    assert (told.event_date, told.place, told.people) == ("2020-03-08", "K", 5)
    assert (told.men, told.women, told.boys) == (2, 3, None)  # what was not asked is unknown
