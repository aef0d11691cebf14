"""Keeps nothing of its own: reads how sheets came, for the rules that ask who, when and with which version."""

import json
from collections.abc import Sequence
from typing import Any

from aggregates.quality.sheet import Arrival
from forms.base.sqlite import Database
from forms.places.cso_code import CsoCode


def of_submissions(db: Database, submission_ids: Sequence[int]) -> dict[int, Arrival]:
    """How these sheets came, by id; those that are not there are left out."""
    asked = {"ids": json.dumps(list(submission_ids))}
    photos: dict[int, list[str]] = {}
    for submission_id, sha256 in db.execute(
        """
        SELECT DISTINCT s.id, a.sha256
        FROM submission AS s
        JOIN submission_version AS v ON v.submission_id = s.id AND v.number = s.versions
        JOIN submission_attachment AS a ON a.version_id = v.id
        WHERE s.id IN (SELECT value FROM json_each(:ids))
            AND a.sha256 IS NOT NULL AND a.media_type LIKE 'image/%'
        ORDER BY s.id, a.sha256
        """,
        asked,
    ):
        photos.setdefault(submission_id, []).append(sha256)
    rows = db.execute(
        """
        SELECT s.id, s.project_id, s.form_id, s.instance_id, s.cso, s.submitter_id, s.created_at,
               v.created_at, d.version,
               COALESCE((
                   SELECT n.version FROM form_definition AS n
                   WHERE n.form_id = s.form_id AND n.id > d.id AND n.published_at <= v.created_at
                   ORDER BY n.id DESC LIMIT 1
               ), ''),
               s.review_state IS 'rejected'
        FROM submission AS s
        JOIN submission_version AS v ON v.submission_id = s.id AND v.number = s.versions
        JOIN form_definition AS d ON d.id = v.definition_id
        WHERE s.id IN (SELECT value FROM json_each(:ids))
        """,
        asked,
    )
    found = {}
    for row in rows:
        values: list[Any] = [
            *row[:4],
            CsoCode(row[4]),
            *row[5:-1],
            bool(row[-1]),
            tuple(photos.get(row[0], ())),
        ]
        found[row[0]] = Arrival(*values)
    return found
