"""What is laid open of sheets beside their XML, and how it is taken away: flat tables, lines of lists, search words."""

from datetime import datetime

from forms.base.sqlite import Database
from forms.catalogue.definitions import table_names
from sync import changes


def take_away(db: Database, form_id: int, *, now: datetime) -> list[int]:
    """Leave nothing of a form's sheets but their XML and files, and have them counted again; gives their ids.

    For a form that becomes confidential. The file still holds the bytes until it is packed anew.
    """
    for table in table_names(db, form_id):
        db.execute(f'DROP TABLE IF EXISTS "{table}"')
    ids = [
        row[0]
        for row in db.execute("SELECT id FROM submission WHERE form_id = :id", {"id": form_id}).fetchall()
    ]
    for table in ("sheet_summary", "summary_to_make"):
        db.execute(
            f"DELETE FROM {table} WHERE submission_id IN (SELECT id FROM submission WHERE form_id = :id)",
            {"id": form_id},
        )
    for submission_id in ids:
        changes.append(db, submission_id, "edit", now)
    return ids
