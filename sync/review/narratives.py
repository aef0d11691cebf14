"""Keeps the way to what animators tell in their own words about changes: for the coordinator's eyes alone (§ 5.1).

Which questions ask for it, the forms say (`fiche:narrative`); those in repeats are read on the sheets themselves.
"""

from dataclasses import dataclass

from forms.base.sqlite import Database
from forms.catalogue import definitions
from forms.places.cso_code import CsoCode


@dataclass(frozen=True, slots=True)
class Narrative:
    """What one sheet tells."""

    form: str
    """The form's own id."""
    instance_id: str
    event_date: str
    place: str
    text: str


def of_month(db: Database, project_id: int, *, cso: CsoCode, month: str) -> tuple[Narrative, ...]:
    """What the sheets of a CSO (lower case) tell of a month, by day; rejected and confidential ones left out."""
    found = []
    for form in definitions.forms_of(db, project_id):
        if form.current_definition_id is None or form.is_confidential:
            continue
        layout = definitions.layout_of(db, form.current_definition_id)
        main, narratives = layout.tables[0], definitions.narratives_of(db, form.id)
        for column in main.columns:
            if column.path not in narratives:
                continue
            rows = db.execute(
                f"""
                SELECT s.instance_id, y.event_date, y.place, t."{column.name}"
                FROM sheet_summary AS y
                JOIN submission AS s ON s.id = y.submission_id
                JOIN "{main.name}" AS t ON t.submission_id = s.id
                WHERE y.event_date >= :month AND y.event_date < :month || '~' AND s.form_id = :form
                    AND s.cso = :cso AND s.deleted_at IS NULL AND s.review_state IS NOT 'rejected'
                    AND trim(COALESCE(t."{column.name}", '')) <> ''
                """,
                {"month": month, "form": form.id, "cso": cso},
            )
            found += [Narrative(form.xml_form_id, *row) for row in rows]
    return tuple(sorted(found, key=lambda each: (each.event_date, each.place, each.instance_id)))
