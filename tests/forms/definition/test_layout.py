"""Tables and columns: a name once given never moves, whatever later versions ask."""

from hypothesis import given, settings
from hypothesis import strategies as st

from forms.definition.definition import Definition, Field
from forms.definition.layout import RESERVED, TABLE, Column, Layout, lay_out, table_name_for
from tests.forms.xforms import definition_of

NAMES = st.sampled_from(
    ["n", "N", "a_n", "a", "b", "position", "submission_id", "é", "rowid", "2", "a_n_2", "ɲ"]
)
KINDS = st.sampled_from(["int", "decimal", "string", "select1", "date"])


def form(*fields: Field) -> Definition:
    return Definition("f", "1", "F", "data", (), fields)


def field(path: str, kind: str = "string", repeat: str = "") -> Field:
    return Field(path, path.rpartition("/")[2], kind, repeat)


@st.composite
def forms(draw: st.DrawFn) -> Definition:
    """A form with groups and repeats; paths are unique, names are not."""
    fields: dict[str, Field] = {}

    def fill(path: str, repeat: str, depth: int) -> None:
        for name in draw(st.lists(NAMES, max_size=4, unique=True)):
            below = f"{path}/{name}"
            kind = draw(KINDS | st.sampled_from(["group", "repeat"]) if depth else KINDS)
            fields[below] = Field(below, name, kind, repeat)
            if kind in ("group", "repeat"):
                fill(below, below if kind == "repeat" else repeat, depth - 1)

    fill("", "", 2)
    return form(*fields.values())


def compatible(before: dict[str, str], after: Definition) -> bool:
    """Publishing refuses a question that becomes a group or a repeat, or the other way round."""
    structural = ("group", "repeat")
    return all(
        before.get(field.path, field.kind) == field.kind
        or not (field.kind in structural or before[field.path] in structural)
        for field in after.fields
    )


@settings(max_examples=150)
@given(st.lists(forms(), min_size=1, max_size=5))
def test_no_column_moves_or_is_shared_as_versions_grow(versions: list[Definition]) -> None:
    known: dict[tuple[str, str], Column] = {}
    kinds: dict[str, str] = {}
    layouts: list[tuple[Definition, Layout]] = []
    for version in versions:
        if not compatible(kinds, version):
            continue
        layout = lay_out(version, table_name="sheet_f", known=tuple(known.values()))
        for column in layout.columns:
            assert known.setdefault((column.path, column.storage), column) == column
        kinds |= {field.path: field.kind for field in version.fields}
        layouts.append((version, layout))
    cells = [(column.table.casefold(), column.name.casefold()) for column in known.values()]
    assert len(cells) == len(set(cells))
    assert all(name not in RESERVED for _, name in cells)
    assert all((column.table + column.name).isascii() for column in known.values())
    for version, layout in layouts:
        again = lay_out(version, table_name="sheet_f", known=tuple(known.values()))
        assert [(table.name, table.repeat, table.columns) for table in again.tables] == [
            (table.name, table.repeat, table.columns) for table in layout.tables
        ]


@settings(max_examples=100)
@given(forms())
def test_every_question_has_one_column_in_the_table_of_its_repeat(definition: Definition) -> None:
    layout = lay_out(definition, table_name="sheet_f", known=())
    assert [table.repeat for table in layout.tables] == ["", *(repeat.path for repeat in definition.repeats)]
    for table in layout.tables:
        assert [column.path for column in table.columns] == [
            answer.path for answer in definition.answers_in(table.repeat)
        ]
        assert {column.table for column in table.columns} <= {table.name}


def test_a_column_is_called_like_its_question_then_like_its_path_then_by_number() -> None:
    definition = form(
        field("/n", "int"),
        field("/a", "group"),
        field("/a/n", "decimal"),
        field("/a_n"),
        field("/position"),
        field("/Âge (années)"),
        field("/2e_visite"),
    )
    (table,) = lay_out(definition, table_name="sheet_f", known=()).tables
    assert [(column.name, column.storage) for column in table.columns] == [
        ("n", "INTEGER"),
        ("a_n", "REAL"),
        ("a_n_2", "TEXT"),
        ("position_2", "TEXT"),
        ("Age_annees", "TEXT"),
        ("q_2e_visite", "TEXT"),
    ]


def test_a_later_question_never_takes_the_name_of_one_that_has_gone() -> None:
    first = lay_out(form(field("/n", "int")), table_name="sheet_f", known=())
    later = form(field("/g", "group"), field("/g/n", "int"))
    (column,) = lay_out(later, table_name="sheet_f", known=first.columns).tables[0].columns
    assert column.name == "g_n"


def test_a_question_that_becomes_text_gets_a_column_of_its_own() -> None:
    first = lay_out(form(field("/n", "int")), table_name="sheet_f", known=())
    (column,) = lay_out(form(field("/n")), table_name="sheet_f", known=first.columns).tables[0].columns
    assert column == Column("/n", "TEXT", "sheet_f", "n_2")


def test_a_repeat_gets_a_table_that_no_other_form_has() -> None:
    definition = form(field("/membre", "repeat"), field("/membre/nom", repeat="/membre"))
    layout = lay_out(definition, table_name="sheet_club", known=(), taken_tables=["SHEET_club_membre"])
    assert [table.name for table in layout.tables] == ["sheet_club", "sheet_club_membre_2"]
    assert layout.columns[0] == Column("/membre", TABLE, "sheet_club_membre_2", "")
    again = lay_out(
        definition, table_name="sheet_club", known=layout.columns, taken_tables=["sheet_club_membre_2"]
    )
    assert again.columns == layout.columns


def test_two_repeats_of_one_name_have_two_tables() -> None:
    definition = form(field("/a", "repeat"), field("/a/r", "repeat", "/a"), field("/r", "repeat"))
    names = [table.name for table in lay_out(definition, table_name="sheet_f", known=()).tables]
    assert names == ["sheet_f", "sheet_f_a", "sheet_f_r", "sheet_f_r_2"]


def test_the_form_s_own_bookkeeping_has_no_columns() -> None:
    definition = definition_of("""
| survey |
| | type | name | label |
| | text | nom | Nom |
| settings |
| | form_id | instance_name |
| | club | ${nom} |
""")
    (table,) = lay_out(definition, table_name="sheet_club", known=()).tables
    assert [column.path for column in table.columns] == ["/nom"]


def test_the_bookkeeping_of_entities_made_in_a_repeat_has_none_either() -> None:
    definition = definition_of("""
| survey |
| | type | name | label | save_to |
| | begin repeat | membre | Membre | |
| | text | nom | Nom | nom |
| | end repeat | | | |
| entities |
| | list_name | label |
| | membres | ${nom} |
""")
    assert "/membre/meta/entity/label" in definition.by_path
    layout = lay_out(definition, table_name="sheet_f", known=())
    assert [column.path for table in layout.tables for column in table.columns] == ["/membre/nom"]


def test_a_new_form_gets_a_table_named_after_it() -> None:
    assert table_name_for("Séance-2026", []) == "sheet_Seance_2026"
    assert table_name_for("club", ["Sheet_Club", "sheet_club_2"]) == "sheet_club_3"
    assert table_name_for("ɲɛ", []) == "sheet_question"
