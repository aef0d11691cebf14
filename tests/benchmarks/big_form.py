"""A database with many submissions and repeat rows, made fast: for measuring exports and feeds."""

from datetime import UTC, datetime

from forms.base.blobs import BlobStore
from forms.base.by import By
from forms.catalogue.form import Form
from forms.catalogue.publish import Publisher, publish
from forms.catalogue.sheet import Sheet
from forms.definition.convert import convert_sheet
from forms.places.projects import create_project
from server.store.database import Storage
from sync.intake.rows import make_tables

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SURVEY = """
| survey |                        |            |            |
|        | type                   | name       | label      |
|        | date                   | jour       | Jour       |
|        | begin group            | lieu       | Lieu       |
|        | text                   | village    | Village    |
|        | geopoint               | gps        | GPS        |
|        | end group              |            |            |
|        | select_multiple themes | theme      | Thèmes     |
|        | integer                | n_hommes   | Hommes     |
|        | integer                | n_femmes   | Femmes     |
|        | decimal                | duree      | Durée      |
|        | text                   | note       | Note       |
|        | begin repeat           | membre     | Membre     |
|        | text                   | nom        | Nom        |
|        | integer                | age        | Âge        |
|        | select_one sexe        | sexe       | Sexe       |
|        | end repeat             |            |            |
| choices |                       |            |            |
|        | list_name              | name       | label      |
|        | themes                 | vbg        | VBG        |
|        | themes                 | mgf        | MGF        |
|        | sexe                   | f          | F          |
|        | sexe                   | m          | M          |
| settings |                      |            |            |
|        | form_id                | version    |            |
|        | grand                  | 1          |            |
"""


def fill(storage: Storage, blobs: BlobStore, *, submissions: int, rows_each: int) -> Form:
    """Put this many submissions of one form into a project of their own, each with `rows_each` members."""
    made = convert_sheet(SURVEY.encode(), file_type=".md", fallback_id="grand", java=None)
    with storage.writing() as db:
        project_id = create_project(db, "Mesures", now=NOW)
        form = publish(
            db, blobs, Publisher((), make_tables, By(None, NOW)),
            project_id=project_id, sheet=Sheet(made.xml), media={},
        ).form  # fmt: skip
        numbers = range(1, submissions + 1)
        last = db.execute("SELECT COALESCE(MAX(id), 0) FROM submission").fetchone()[0]
        at = [f"2026-01-{1 + n % 28:02}T00:{n // 60 % 60:02}:{n % 60:02}.000Z" for n in numbers]
        db.conn.executemany(
            "INSERT INTO submission (id, project_id, form_id, instance_id, submitter_id, device_id, created_at)"
            " VALUES (?, ?, ?, ?, 1, 'collect:x', ?)",
            [
                (last + n, project_id, form.id, f"uuid:{n:08}-0000-4000-8000-000000000000", at[n - 1])
                for n in numbers
            ],
        )
        db.conn.executemany(
            "INSERT INTO submission_version (submission_id, number, form_id, instance_id, definition_id,"
            " created_at, xml) VALUES (?, 1, ?, ?, ?, ?, x'')",
            [
                (
                    last + n,
                    form.id,
                    f"uuid:{n:08}-0000-4000-8000-000000000000",
                    form.current_definition_id,
                    at[n - 1],
                )
                for n in numbers
            ],
        )
        db.conn.executemany(
            f'INSERT INTO "{form.table_name}" (submission_id, jour, village, gps, theme, n_hommes, n_femmes,'
            " duree, note) VALUES (?, '2026-01-08', 'Yélimané', '12.6 -8.0 320 4', 'vbg mgf', ?, ?, 1.5, ?)",
            [(last + n, n % 30, n % 60, f"Séance numéro {n}, sans incident") for n in numbers],
        )
        db.conn.executemany(
            f'INSERT INTO "{form.table_name}_membre" (submission_id, position, parent_position, nom, age, sexe)'
            " VALUES (?, ?, '', ?, ?, 'f')",
            [(last + n, str(k), f"Awa {n}-{k}", k) for n in numbers for k in range(1, rows_each + 1)],
        )
    return form
