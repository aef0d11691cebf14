"""Forms, sheets and a database for the tests of the roll-up: real XForms, real XML, a real file."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from hashlib import md5
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from pyxform.xls2xform import convert

from aggregates.flags import flags
from aggregates.flags.decide import decide_on_flag
from aggregates.flags.flag import Flag
from aggregates.quality.examine import Basis, Examined, examine
from aggregates.quality.threshold import Thresholds
from aggregates.report.report import tally_table
from aggregates.report.table import TallyTable
from aggregates.tallies.materialized_views import MATERIALIZED_VIEWS
from aggregates.tallies.query import TallyQuery
from aggregates.tallies.roll_up import roll_up
from aggregates.tallies.roll_up_runs import Run
from forms.base.blobs import BlobStore
from forms.base.by import By
from forms.catalogue.definitions import definition_row, find_form_by_key
from forms.definition.age_scheme import read_scheme
from forms.definition.definition import Definition
from forms.definition.xform import parse_xform
from forms.places.cso_code import CsoCode
from forms.places.place_map import MAPS
from sync import changes
from sync.counting.derivation import Derivation
from sync.counting.fact import derive
from sync.instance.envelope import Envelope
from sync.instance.instance import parse_instance, scopes
from sync.intake import submissions
from tests.station import SCHEME, new_storage

NIGHT = datetime(2020, 12, 31, 23, 0, tzinfo=UTC)
SCHEMES = {
    "spotlight": SCHEME,
    "detail": read_scheme("18,0-4,5-9,10-14,15-17,18-24,25-49,50-59,60+"),
    "jeunes": read_scheme("18,10-14,15-17,18-24,25+"),
}
CELLS = ("n_hommes", "n_femmes", "n_garcons", "n_filles")

SETTINGS = """
| settings |
|          | form_id | version | namespaces |
|          | {form}  | 1       | fiche="https://fiche.ong/xforms" |
"""

SESSION = """
| survey |
| | type | name | label | calculation | bind::fiche:dimension | bind::fiche:held | bind::fiche:count | bind::fiche:sex | bind::fiche:age | bind::fiche:unit | bind::fiche:reach | bind::fiche:subset | bind::fiche:total | bind::fiche:event |
| | date | date_seance | Date | | date | | | | | | | | | |
| | text | commune | Commune | | place | | | | | | | | | |
| | text | village | Village | | place | | | | | | | | | |
| | text | osc | OSC | | cso | | | | | | | | | |
| | text | type_activite | Type | | activity | | | | | | | | | |
| | text | milieu | Milieu | | setting | | | | | | | | | |
| | text | statut | Tenue | | status | oui | | | | | | | | |
| | begin_group | effectifs | Effectifs | | | | | | | | | | | |
| | integer | n_hommes | Hommes | | | | participants | M | 18+ | | | | | |
| | integer | n_femmes | Femmes | | | | participants | F | 18+ | | | | | |
| | integer | n_garcons | Garçons | | | | participants | M | 5-17 | | | | | |
| | integer | n_filles | Filles | | | | participants | F | 5-17 | | | | | |
| | integer | nv_femmes | Nouvelles | | | | participants | F | 18+ | first_time | | | | |
| | integer | dont_handicap | Handicap | | | | participants | F | | | | disability | | |
| | integer | n_indirect | Indirect | | | | participants | | | | indirect | | | |
| | end_group | | | | | | | | | | | | | |
| | integer | total_fiche | Total écrit | | | | | | | | | | participants | |
| | integer | n_mediations | Médiations | | | | mediations | | | | | | | |
| | calculate | seance | | 1 | | | | | | | | | | sessions |
""" + SETTINGS.format(form="seance")  # noqa: E501  a table has long lines

CLUB = """
| survey |
| | type | name | label | bind::fiche:dimension | bind::fiche:each |
| | date | jour | Jour | date | |
| | text | village | Village | place | |
| | begin_repeat | personne | Personne | | participants |
| | text | sexe | Sexe | sex | |
| | integer | age | Âge | age | |
| | date | naissance | Naissance | birthdate | |
| | integer | annee | Année | birth_year | |
| | end_repeat | | | | |
""" + SETTINGS.format(form="club")

STOPS = """
| survey |
| | type | name | label | bind::fiche:dimension | bind::fiche:held | bind::fiche:count | bind::fiche:sex | bind::fiche:age | bind::fiche:total |
| | date | depart | Départ | date | | | | | |
| | text | osc | OSC | cso | | | | | |
| | begin_repeat | etape | Étape | | | | | | |
| | date | jour | Jour | date | | | | | |
| | text | village | Village | place | | | | | |
| | text | etat | Tenue | status | oui | | | | |
| | integer | femmes | Femmes | | | participants | F | 18+ | |
| | integer | jeunes | Jeunes | | | participants | F | 15-24 | |
| | integer | total | Total | | | | | | participants |
| | end_repeat | | | | | | | | |
""" + SETTINGS.format(form="caravane")  # noqa: E501


@cache
def xform(table: str) -> bytes:
    """The XForm of a Markdown table."""
    text: str = convert(table, file_type=".md").xform
    return text.encode()


@cache
def definition(table: str) -> Definition:
    """The definition of a Markdown table."""
    return parse_xform(xform(table))


def session(**answers: object) -> dict[str, Any]:
    """A held session; the head-count cells stand in their group."""
    inside = (*CELLS, "nv_femmes", "dont_handicap", "n_indirect")
    sheet: dict[str, Any] = {
        "date_seance": "2020-03-08",
        "village": "T-NON1",
        "osc": "tagne",
        "type_activite": "causerie",
        "milieu": "hors_ecole",
        "statut": "oui",
        "seance": "1",
    }
    sheet |= {key: value for key, value in answers.items() if key not in inside}
    return sheet | {"effectifs": {key: value for key, value in answers.items() if key in inside}}


def written(answers: Mapping[str, Any]) -> str:
    """Answers as XML elements: a mapping is a group, a sequence of mappings a repeat."""
    parts = []
    for name, value in answers.items():
        for answer in value if isinstance(value, list | tuple) else [value]:
            inner = written(answer) if isinstance(answer, Mapping) else escape(str(answer))
            parts.append(f"<{name}>{inner}</{name}>")
    return "".join(parts)


def instance(form: str, instance_id: str, answers: Mapping[str, Any]) -> bytes:
    """An instance as Collect sends it."""
    meta = f"<meta><instanceID>uuid:{instance_id}</instanceID></meta>"
    return f'<data id="{form}" version="1">{written(answers)}{meta}</data>'.encode()


def derived(table: str, answers: Mapping[str, Any]) -> Derivation:
    """What one sheet counts."""
    form = definition(table)
    scope = scopes(parse_instance(instance(form.form_id, "1", answers)), form)
    return derive(scope, form, project_id=1, owner=CsoCode(answers.get("osc", "")))


class Office:
    """A database with forms and places, to which sheets come and in which they are decided on."""

    def __init__(self, folder: Path, *tables: str) -> None:
        self.storage = new_storage(folder / "fiche.db")
        self.blobs: BlobStore | None = None
        self.thresholds = Thresholds()
        self.sent = 0
        self.forms: dict[str, int] = {}
        self.definitions: dict[str, int] = {}
        with self.storage.writing() as db:
            db.execute("INSERT INTO project (id, name, created_at) VALUES (1, 'Spotlight', '2020')")
            for number, table in enumerate(tables, 1):
                form = definition(table).form_id
                self.forms[form] = self.definitions[form] = number
                db.execute(
                    "INSERT INTO form (id, project_id, xml_form_id, table_name, created_at)"
                    " VALUES (:id, 1, :form, :form, '2020')",
                    {"id": number, "form": form},
                )
                db.execute(
                    "INSERT INTO form_definition (id, form_id, version, title, md5, sha256, validated,"
                    " published_at, xml) VALUES (:id, :id, '1', :form, :digest, :digest, 0, '2020', :xml)",
                    {
                        "id": number,
                        "form": form,
                        "digest": md5(table.encode(), usedforsecurity=False).hexdigest(),
                        "xml": xform(table),
                    },
                )

    def place(self, *rows: tuple[str, str, str]) -> None:
        """Add places: code, name and the codes of region, cercle, commune and village down to itself."""
        levels = ("region", "cercle", "commune", "village")
        with self.storage.writing() as db:
            for code, name, line in rows:
                codes = [*line.split(), "", "", ""][:4]
                level = levels[len(line.split()) - 1]
                parent = [*line.split()][-2] if " " in line else ""
                db.execute(
                    "INSERT INTO place (code, level, name, parent, region, cercle, commune, village, cso)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, '')",
                    (code, level, name, parent, *codes),
                )
                db.conn.executemany(
                    "INSERT INTO place_on_map VALUES (?, ?, '', '9999-12', ?, ?, ?, ?)",
                    [(on, code, *codes) for on in MAPS],
                )

    def send(
        self,
        form: str,
        answers: Mapping[str, Any],
        *,
        animator: int | None = None,
        cso: str | None = None,
        received: datetime = NIGHT,
        photo: str = "",
    ) -> int:
        """A sheet arrives, of the CSO that it names unless `cso` says whose it is; gives its id."""
        self.sent += 1
        cso = CsoCode(answers.get("osc", "") if cso is None else cso)
        envelope = Envelope(instance(form, str(self.sent), answers), submitter_id=animator)
        key = self.forms[form]
        with self.storage.writing() as db:
            published = find_form_by_key(db, key)
            assert published is not None
            submission_id = submissions.create(db, envelope, form=published, now=received, cso=cso)
            version_id = submissions.add_version(
                db,
                envelope,
                definition_row(db, self.definitions[form]),
                submission_id=submission_id,
                number=1,
                now=received,
            )
            if photo:
                db.execute(
                    "INSERT INTO submission_attachment (version_id, name, expected, sha256, media_type)"
                    " VALUES (?, 'photo.jpg', 1, ?, 'image/jpeg')",
                    (version_id, photo),
                )
            changes.append(db, submission_id, "create", NIGHT)
        return submission_id

    def edit(self, submission_id: int, form: str, answers: Mapping[str, Any]) -> None:
        """A new version of a sheet arrives."""
        self.sent += 1
        envelope = Envelope(instance(form, str(self.sent), answers))
        with self.storage.writing() as db:
            number = (
                1 + db.execute("SELECT versions FROM submission WHERE id = ?", [submission_id]).fetchone()[0]
            )
            submissions.add_version(
                db,
                envelope,
                definition_row(db, self.definitions[form]),
                submission_id=submission_id,
                number=number,
                now=NIGHT,
            )
            submissions.make_current(db, submission_id, number=number, now=NIGHT)
            changes.append(db, submission_id, "edit", NIGHT)

    def review(self, submission_id: int, state: str | None) -> None:
        """The coordinator decides."""
        with self.storage.writing() as db:
            submissions.set_review_state(db, submission_id, state, now=NIGHT, actor_id=None)

    def delete(self, submission_id: int, *, at: str | None = "2020") -> None:
        """A sheet is deleted, or restored (`at` None)."""
        with self.storage.writing() as db:
            db.execute("UPDATE submission SET deleted_at = ? WHERE id = ?", (at, submission_id))
            changes.append(db, submission_id, "delete", NIGHT)

    def purge(self, submission_id: int) -> None:
        """A sheet is taken out for good, and no change says so."""
        with self.storage.writing() as db:
            db.execute("DELETE FROM submission_version WHERE submission_id = ?", [submission_id])
            db.execute("DELETE FROM submission WHERE id = ?", [submission_id])

    def examine(self, *, full: bool = False) -> Examined:
        """An examination."""
        storage = self.storage
        return examine(
            storage.writing,
            storage.reading,
            now=NIGHT,
            basis=Basis(self.thresholds, self.blobs),
            full=full,
        )

    def night(self, *, full: bool = False) -> Run:
        """An examination, then a roll-up."""
        self.examine(full=full)
        return roll_up(self.storage.writing, self.storage.reading, full=full, now=lambda: NIGHT)

    def flags(self, submission_id: int) -> dict[str, Flag]:
        """The flags of a sheet by rule."""
        with self.storage.reading() as db:
            found = flags.of_submissions(db, [submission_id]).get(submission_id, [])
        return {flag.rule: flag for flag in found}

    def decide(self, flag: Flag, decision: str, reason: str = "vérifié") -> None:
        """The coordinator decides on a flag."""
        with self.storage.writing() as db:
            decide_on_flag(db, flag, decision, reason=reason, by=By(5, NIGHT))

    def ask(self, **query: Any) -> TallyTable:
        """The table of a query."""
        with self.storage.reading() as db:
            return tally_table(db, TallyQuery(**query), SCHEMES)

    def values(self, **query: Any) -> dict[tuple[str, ...], int]:
        """The values of a query by their keys, in the order of the rows."""
        return {row.keys: row.value for row in self.ask(**query).rows}

    def derived_tables(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every derived table."""
        with self.storage.reading() as db:
            return {table: _rows(db.execute(f"SELECT * FROM {table}")) for table in DERIVED}

    def empty_derived_tables(self) -> None:
        """Forget all that is derived, as `fiche rebuild` may."""
        with self.storage.writing() as db:
            for table in DERIVED:
                db.execute(f"DELETE FROM {table}")
            db.execute("DELETE FROM bookmark")


DERIVED = (
    *("cell", "tally", "sheet_tally", "grain", "record", "fact"),
    *(view.name for view in MATERIALIZED_VIEWS),
    *("finding", "neighbour", "neighbour_photo", "usual_size", "to_compare"),
)


def _rows(cursor: Any) -> list[tuple[Any, ...]]:
    rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
    return sorted(rows)
