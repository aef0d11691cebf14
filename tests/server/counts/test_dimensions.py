"""A dimension is declared once: every place where people meet one is made from the declaration."""

import json
import subprocess
import sys
from pathlib import Path

from aggregates.tallies.query import DIMENSIONS
from forms.definition import dimension as declared
from forms.definition.dimension import FILTERS, TAGS, Grain
from forms.places.place import LEVELS
from server.counts.api import query_from
from server.counts.cli import tally
from server.words.table_file import HEADINGS
from sync.counting.cell import Cell
from tests.station import Station

ROOT = Path(__file__).parents[3]
CLUB = """
import json, sys, types
from pathlib import Path

import forms.definition

# What a programmer writes for a new dimension: a field, a line, a migration.
path = Path(forms.definition.__file__).with_name("dimension.py")
source = path.read_text("utf-8")
for before, added in (
    ('    category: str = ""\\n', '    club: str = ""\\n'),
    ('    Dimension("category", "category", CODE, "category", (BY_ACTIVITY,)),\\n',
     '    Dimension("club", "club", CODE, "club", (BY_ACTIVITY,)),\\n'),
):
    assert before in source
    source = source.replace(before, before + added)
module = types.ModuleType("forms.definition.dimension")
sys.modules[module.__name__] = forms.definition.dimension = module
exec(compile(source, str(path), "exec"), module.__dict__)

import aggregates.tables

@aggregates.tables.migrations()
def m999_clubs(db):
    db.execute("ALTER TABLE grain ADD COLUMN club TEXT NOT NULL DEFAULT ''")

from aggregates.tallies.materialized_views import view_of
from server.counts.api import query_from
from server.counts.cli import tally
from server.counts.query import read_count_query
from server.words.table_file import HEADINGS
from tests.aggregates.sheets import SESSION, Office, session
from werkzeug.datastructures import MultiDict

office = Office(Path(sys.argv[1]), SESSION.replace("| setting |", "| club |"))
for club, women in (("C1", 3), ("C2", 4), ("C1", 5)):
    office.send("seance", session(milieu=club, n_femmes=women))
office.night()
with office.storage.reading() as db:
    view = view_of(db, "tally", {"club", "month"})
told = {
    "counted": {keys[0]: n for keys, n in office.values(by=("club",)).items()},
    "filtered": office.ask(filters={"club": ("C1",)}).total,
    "view": view.name if view else "",
    "option": "--club" in [name for option in tally.params for name in option.opts],
    "parameter": query_from({"club": ["C1"]}).filters["club"],
    "page": read_count_query(MultiDict({"rows": "club", "club": "C1"})).parameters(),
    "without heading": [name for name in module.names_of("code") if name not in HEADINGS],
}
print(json.dumps(told))
"""


def test_the_tables_have_the_declared_columns(station: Station) -> None:
    with station.storage.reading() as db:
        for table, columns in (("grain", Grain._fields), ("cell", Cell._fields)):
            kept = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
            assert [name for name in kept if name not in ("id", "facts")] == list(columns)


def test_every_dimension_has_a_column_a_heading_an_option_and_a_parameter() -> None:
    options = {name for option in tally.params for name in option.opts}
    for dimension in declared.DIMENSIONS:
        assert dimension.column in (*Grain._fields, *Cell._fields), dimension.name
        assert dimension.tag in ("", *TAGS), dimension.name
        assert dimension.name in HEADINGS, dimension.name
        assert query_from({dimension.name: ["x"], "by": [dimension.name]}).by == (dimension.name,)
    assert {f"--{name.replace('_', '-')}" for name in FILTERS} < options
    assert declared.names_of(declared.PLACE) == LEVELS
    assert tuple(dimension.name for dimension in declared.DIMENSIONS) == DIMENSIONS


def test_every_column_of_a_grain_is_told_by_a_dimension() -> None:
    columns = {dimension.column for dimension in declared.DIMENSIONS}
    assert {*Grain._fields, "sex", "age_band"} == columns


def test_a_new_dimension_is_counted_filtered_and_offered_once_it_is_declared(tmp_path: Path) -> None:
    """In a process of its own, where the declaration has one more."""
    done = subprocess.run(
        [sys.executable, "-c", CLUB, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "counted": {"C1": 8, "C2": 4},
        "filtered": 8,
        "view": "tally_by_activity",
        "option": True,
        "parameter": ["C1"],
        "page": [["rows", "club"], ["club", "C1"]],
        "without heading": ["club"],
    }
