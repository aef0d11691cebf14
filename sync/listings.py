"""Keeps the lists of submissions that people and programs read: newest first, paged by key, never by position."""

import json

from sync.selection import Selection


def condition(selection: Selection) -> tuple[str, dict[str, str | int | None]]:
    """The WHERE condition of a selection over `submission AS s`, and its parameters.

    Newest first is `ORDER BY s.created_at DESC, s.id DESC`, which the index `submission_by_form` gives without
    sorting.
    """
    conditions = ["s.form_id = :form_id"]
    parameters: dict[str, str | int | None] = {"form_id": selection.form_id, **selection.parameters}
    if not selection.with_deleted:
        conditions.append("s.deleted_at IS NULL")
    if selection.csos is not None:
        conditions.append("s.cso IN (SELECT value FROM json_each(:csos))")
        parameters["csos"] = json.dumps(sorted(selection.csos))
    if selection.where:
        conditions.append(f"({selection.where})")
    return " AND ".join(conditions), parameters
