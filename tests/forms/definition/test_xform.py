"""What fiche understands of a form, as pyxform writes it, as other tools write it, and when it is broken."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.definition.definition import Choice, Definition, TallyTag
from forms.definition.xform import XFormInvalid, parse_xform
from tests.forms.xforms import FICHE, definition_of, xform

LANGUAGES = ("Français (fr)", "English (en)")
COLUMNS = "parameters | bind::fiche:dimension | bind::fiche:each"
CLUB = f"""
| survey |
| | type | name | label::Français (fr) | label::English (en) | media::image::Français (fr) | {COLUMNS} |
| | date | jour | Jour | Day | | | date | |
| | integer | n | Présents | Present | | | | |
| | decimal | heures | Heures | Hours | | | | |
| | geopoint | gps | GPS | GPS | | | | |
| | image | photo | Photo | Photo | | | | |
| | file | liste | Liste | List | | | | |
| | barcode | code | Code | Code | | | | |
| | acknowledge | lu | Lu | Read | | | | |
| | select_one avis | avis | Avis | Opinion | avis.png | | | |
| | select_multiple avis | tous | Tous | All | | randomize=true | | |
| | rank avis | rang | Rang | Rank | | | | |
| | select_one_from_file villages.csv | village | Village | Village | | | place | |
| | begin group | g | Groupe | Group | | | | |
| | text | note | Note | Note | | | | |
| | begin repeat | membre | Membre | Member | | | | participants |
| | text | nom | Nom | Name | | | | |
| | begin repeat | tel | Téléphone | Phone | | | | |
| | text | numero | Numéro | Number | | | | |
| | end repeat |
| | end repeat |
| | end group |
| choices |
| | list_name | name | label::Français (fr) | label::English (en) |
| | avis | oui | Oui | Yes |
| | avis | non | Non | No |
| settings |
| | form_id | form_title | version | default_language | namespaces | instance_name |
| | club | Le club | 3 | Français (fr) | {FICHE} | ${{n}} |
"""


@pytest.fixture(scope="module")
def club() -> Definition:
    return definition_of(CLUB)


def test_a_form_says_who_it_is(club: Definition) -> None:
    assert (club.form_id, club.version, club.title, club.root) == ("club", "3", "Le club", "data")
    assert club.languages == LANGUAGES
    assert not club.client_editable


def test_every_node_is_a_field_once_in_the_form_s_order_with_its_kind_and_repeat(club: Definition) -> None:
    assert [(field.path, field.kind, field.repeat) for field in club.fields] == [
        ("/jour", "date", ""),
        ("/n", "int", ""),
        ("/heures", "decimal", ""),
        ("/gps", "geopoint", ""),
        ("/photo", "binary", ""),
        ("/liste", "binary", ""),
        ("/code", "barcode", ""),
        ("/lu", "string", ""),
        ("/avis", "select1", ""),
        ("/tous", "select", ""),
        ("/rang", "rank", ""),
        ("/village", "select1", ""),
        ("/g", "group", ""),
        ("/g/note", "string", ""),
        ("/g/membre", "repeat", ""),
        ("/g/membre/nom", "string", "/g/membre"),
        ("/g/membre/tel", "repeat", "/g/membre"),
        ("/g/membre/tel/numero", "string", "/g/membre/tel"),
        ("/meta", "group", ""),
        ("/meta/instanceID", "string", ""),
        ("/meta/instanceName", "string", ""),
    ]


def test_labels_are_there_in_every_language_of_questions_groups_and_repeats(club: Definition) -> None:
    labels = {path: tuple(club.by_path[path].labels.values()) for path in ("/n", "/g", "/g/membre", "/rang")}
    assert labels == {
        "/n": ("Présents", "Present"),
        "/g": ("Groupe", "Group"),
        "/g/membre": ("Membre", "Member"),
        "/rang": ("Rang", "Rank"),
    }
    assert tuple(club.by_path["/n"].labels) == LANGUAGES


def test_questions_know_their_list_of_choices(club: Definition) -> None:
    names = {field.path: field.choices for field in club.fields if field.choices}
    assert names == {"/avis": "avis", "/tous": "avis", "/rang": "avis"}
    assert club.choice_lists == {
        "avis": (
            Choice("oui", {"Français (fr)": "Oui", "English (en)": "Yes"}),
            Choice("non", {"Français (fr)": "Non", "English (en)": "No"}),
        )
    }


def test_a_form_names_the_files_that_phones_must_have(club: Definition) -> None:
    assert club.media == ("avis.png", "villages.csv")


def test_tags_stand_on_their_questions_and_repeats(club: Definition) -> None:
    assert {field.path: field.tag for field in club.fields if field.tag} == {
        "/jour": TallyTag(dimension="date"),
        "/village": TallyTag(dimension="place"),
        "/g/membre": TallyTag(each="participants"),
    }


def test_the_same_bytes_give_equal_definitions(club: Definition) -> None:
    assert definition_of(CLUB) == club


def test_the_default_language_comes_first_wherever_it_stands() -> None:
    english = definition_of(CLUB.replace("| 3 | Français (fr) |", "| 3 | English (en) |"))
    assert english.languages == ("English (en)", "Français (fr)")


def test_a_form_without_languages_has_its_labels_and_choices_too() -> None:
    form = definition_of("""
| survey |
| | type | name | label |
| | select_one a | q | Quoi ? |
| choices |
| | list_name | name | label |
| | a | oui | Oui |
""")
    assert form.languages == ()
    assert form.by_path["/q"].labels == {"": "Quoi ?"}
    assert form.choice_lists == {"a": (Choice("oui", {"": "Oui"}),)}


def test_choices_written_inside_the_question_are_read() -> None:
    form = parse_xform(
        xform(
            "<q/>",
            body='<select1 ref="/data/q"><item><label>Oui</label><value>o</value></item></select1>',
        )
    )
    assert form.by_path["/q"].choices == "/q"
    assert form.choice_lists == {"/q": (Choice("o", {"": "Oui"}),)}


@pytest.mark.parametrize(
    ("address", "media"),
    [
        ("jr://file/lieux.xml", ("lieux.xml",)),
        ("jr://file-csv/lieux.csv", ("lieux.csv",)),
        ("jr://file/sous/dossier/lieux.geojson", ("lieux.geojson",)),
        ("jr://instance/last-saved", ()),
    ],
)
def test_lists_from_files_are_media_and_the_last_saved_sheet_is_not(
    address: str, media: tuple[str, ...]
) -> None:
    assert parse_xform(xform("<q/>", model=f'<instance id="x" src="{address}"/>')).media == media


def test_pictures_and_sounds_of_labels_are_media_once() -> None:
    values = "".join(
        f'<value form="{form}">{address}</value>'
        for form, address in [("image", "jr://images/a.png"), ("audio", "jr://audio/a.mp3"), ("video", "")]
    )
    translation = (
        f'<translation lang="{{}}"><text id="q">{values}<value form="short">jr</value></text></translation>'
    )
    model = f"<itext>{translation.format('fr')}{translation.format('bm')}</itext>"
    assert parse_xform(xform("<q/>", model=model)).media == ("a.mp3", "a.png")


def test_a_form_says_whether_sent_sheets_may_be_edited() -> None:
    assert parse_xform(xform("<q/>", model='<submission client-editable="true"/>')).client_editable
    assert not parse_xform(xform("<q/>", model='<submission client-editable="false"/>')).client_editable


def test_comments_and_prefixes_change_nothing() -> None:
    form = parse_xform(
        xform(
            '<!-- a --><q><!-- b --></q><orx:meta xmlns:orx="http://openrosa.org/xforms"><orx:instanceID/></orx:meta>',
            model='<!-- c --><bind nodeset="/data/q" type="xsd:integer"/>',
        )
    )
    assert [(field.path, field.kind) for field in form.fields] == [
        ("/q", "int"),
        ("/meta", "group"),
        ("/meta/instanceID", "string"),
    ]


def test_a_repeat_that_stands_empty_is_a_repeat() -> None:
    assert parse_xform(xform("<r/>", body='<repeat nodeset="/data/r"/>')).by_path["/r"].kind == "repeat"


@pytest.mark.parametrize(
    ("xml", "reason"),
    [
        (b"", "Document is empty"),
        (b"<a>", "Premature end"),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "encoding"),
        (b'<!DOCTYPE a [<!ENTITY x "y">]>' + xform("<q>&x;</q>"), "DOCTYPE"),
        (b'<!DOCTYPE html SYSTEM "http://example.org/x.dtd">' + xform("<q/>"), "DOCTYPE"),
        (b"<html/>", "root element is not h:html"),
        (xform("<q/>").replace(b"<model>", b"<m>").replace(b"</model>", b"</m>"), "model or body missing"),
        (xform("<q/>").replace(b"h:body", b"h:foot"), "model or body missing"),
        (xform("<q/>").replace(b"instance>", b"i>"), "primary instance missing"),
        (xform("<q/>", form_id=""), "form id missing"),
        (xform("<q/>").replace(b">T<", b"> <"), "title missing"),
        (xform("<q/>").replace(b"fiche.ong/xforms", b"fiche.ong/xform"), "fiche.ong/xform"),
        (xform("<q/>", model='<instance id="x" src="jr://file/"/>'), "jr://file/: no file name"),
        (xform("<a>" * 300 + "</a>" * 300), "depth"),
    ],
)
def test_what_no_phone_could_load_is_refused_with_a_reason(xml: bytes, reason: str) -> None:
    with pytest.raises(XFormInvalid) as refusal:
        parse_xform(xml)
    assert reason in refusal.value.facts["reason"]


NAMES = st.sampled_from(
    ["data", "q", "r", "meta", "instance", "item", "root", "value", "label", "name", "g-1", "é"]
)
CONTROLS = st.sampled_from(["group", "repeat", "input", "select1", "select", "upload", "odk:rank", "trigger"])
TREES = st.recursive(
    NAMES.map(lambda name: f"<{name}/>"),
    lambda below: st.builds(
        lambda name, inside: f"<{name}>{''.join(inside)}</{name}>", NAMES, st.lists(below)
    ),
    max_leaves=12,
)
PATHS = st.lists(NAMES, max_size=3).map(lambda names: "/".join(["", "data", *names]))
TAGS = st.dictionaries(
    st.sampled_from(
        [
            "count",
            "each",
            "event",
            "total",
            "dimension",
            "sex",
            "age",
            "reach",
            "unit",
            "subset",
            "held",
            "autre",
        ]
    ),
    st.sampled_from(["participants", "sessions", "date", "status", "F", "X", "5-17", "99", "oui", ""]),
    max_size=3,
).map(lambda tags: "".join(f' fiche:{name}="{value}"' for name, value in tags.items()))
BINDS = st.builds(
    lambda path, kind, tags: f'<bind nodeset="{path}" type="{kind}"{tags}/>',
    PATHS,
    st.sampled_from(["", "int", "string", "xsd:date", ":", "binary"]),
    TAGS,
)
BODIES = st.builds(
    lambda control, attribute, path, inside: f'<{control} {attribute}="{path}">{inside}</{control}>',
    CONTROLS,
    st.sampled_from(["ref", "nodeset", "bind"]),
    PATHS,
    st.sampled_from(
        [
            "",
            "<label/>",
            "<label ref=\"jr:itext('q')\"/>",
            "<itemset/>",
            "<itemset nodeset=\"instance('x')/root/item\"/>",
            "<item/>",
            "<item><label>L</label></item>",
        ]
    ),
)
MODELS = st.lists(
    BINDS
    | st.just('<instance id="x"><root><item><name>a</name></item><item/></root></instance>')
    | st.just("<instance/>")
    | st.just('<instance src="jr://file/x"/>')
    | st.just('<itext><translation/><translation lang="fr"><text><value/></text></translation></itext>')
    | st.just("<submission/>"),
    max_size=6,
).map("".join)


@settings(max_examples=150)
@given(st.lists(TREES, max_size=4).map("".join), MODELS, st.lists(BODIES, max_size=5).map("".join))
def test_any_well_formed_form_gives_a_definition_whose_parts_agree(
    instance: str, model: str, body: str
) -> None:
    form = parse_xform(xform(instance, model=model, body=body))
    assert len(form.by_path) == len(form.fields)
    for field in form.fields:
        above = field.path.rpartition("/")[0]
        assert not above or above in form.by_path
        assert not field.repeat or form.by_path[field.repeat].kind == "repeat"
        assert not field.choices or field.choices in form.choice_lists
    scopes = ["", *(repeat.path for repeat in form.repeats)]
    answers = [answer for scope in scopes for answer in form.answers_in(scope)]
    assert len(answers) == len(
        [question for question in form.fields if question.kind not in ("group", "repeat")]
    )
    assert form.tree.asked is None


@settings(max_examples=150)
@given(st.integers(0, 10_000), st.integers(0, 60), st.binary(max_size=12))
def test_a_damaged_form_is_read_or_refused_and_nothing_else(start: int, length: int, instead: bytes) -> None:
    whole = xform(
        "<q/><r jr:template=''><s/></r>",
        model='<bind nodeset="/data/q" type="int" fiche:count="participants"/>',
        body='<group ref="/data/r"><repeat nodeset="/data/r"><input ref="/data/r/s"/></repeat></group>',
    )
    start %= len(whole)
    try:
        parse_xform(whole[:start] + instead + whole[start + length :])
    except XFormInvalid:
        return


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with pytest.raises(XFormInvalid):
        parse_xform(content)


@pytest.mark.parametrize("name", ["client-editable", "odk:client-editable"])
def test_editing_on_the_phone_is_read_in_any_namespace_as_collect_does(name: str) -> None:
    space = 'xmlns:odk="http://www.opendatakit.org/xforms"'
    assert parse_xform(xform("<q/>", model=f'<submission {space} {name}="true"/>')).client_editable


@pytest.mark.parametrize(
    ("value", "stays"), [("false", True), (" FALSE ", True), ("true", False), ("", False)]
)
def test_what_stays_on_phones_says_so_itself(value: str, stays: bool) -> None:
    space = 'xmlns:orx="http://openrosa.org/xforms"'
    for name in ("orx:auto-delete", "auto-delete"):
        read = parse_xform(xform("<q/>", model=f'<submission {space} {name}="{value}"/>'))
        assert read.stays_on_phones is stays
