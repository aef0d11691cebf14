"""Keeps nothing of its own: names every file that the tables speak of, and what it belongs to."""

from collections.abc import Iterator
from dataclasses import dataclass

from forms.base.sqlite import Database


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that must be in the blob store."""

    sha256: str
    size: int
    """In bytes."""
    name: str
    form_id: str
    instance_id: str
    """The sheet that it came with; "" for a file of the form itself, and of a confidential sheet, whose is not told."""

    def __str__(self) -> str:
        return " · ".join(part for part in (self.form_id, self.instance_id, self.name) if part)


_OF_SHEETS = """
    SELECT a.sha256, COALESCE(a.size, -1), CASE WHEN f.confidential THEN '' ELSE a.name END, f.xml_form_id,
        CASE WHEN f.confidential THEN '' ELSE v.instance_id END
    FROM submission_attachment AS a
    JOIN submission_version AS v ON v.id = a.version_id
    JOIN form AS f ON f.id = v.form_id
    WHERE a.sha256 IS NOT NULL
"""
_OF_PHONE_EDITS = """
    SELECT a.sha256, a.size, CASE WHEN f.confidential THEN '' ELSE a.name END, f.xml_form_id,
        CASE WHEN f.confidential THEN '' ELSE s.instance_id END
    FROM submission_conflict_file AS a
    JOIN submission_conflict AS c ON c.id = a.conflict_id
    JOIN submission AS s ON s.id = c.submission_id
    JOIN form AS f ON f.id = s.form_id
"""
_OF_TRIALS = """
    SELECT a.sha256, COALESCE(a.size, -1), CASE WHEN f.confidential THEN '' ELSE a.name END, f.xml_form_id,
        CASE WHEN f.confidential THEN '' ELSE t.instance_id END
    FROM trial_attachment AS a JOIN trial AS t ON t.id = a.trial_id JOIN form AS f ON f.id = t.form_id
    WHERE a.sha256 IS NOT NULL
"""
_OF_FORMS = """
    SELECT m.sha256, m.size, m.name, f.xml_form_id, ''
    FROM form_media AS m JOIN form_definition AS d ON d.id = m.definition_id JOIN form AS f ON f.id = d.form_id
"""
_OF_DRAFTS = """
    SELECT m.sha256, m.size, m.name, f.xml_form_id, ''
    FROM form_draft_media AS m JOIN form AS f ON f.id = m.form_id
"""


def kept_files(db: Database) -> Iterator[KeptFile]:
    """Every file of every sheet, form, trial and correction by phone; those of sheets first, the newest first.

    The same bytes are told once for each that has them. A size that was not written down is -1.
    """
    yield from (KeptFile(*row) for row in db.execute(f"{_OF_SHEETS} ORDER BY a.version_id DESC"))
    for query in (_OF_PHONE_EDITS, _OF_TRIALS, _OF_FORMS, _OF_DRAFTS):
        yield from (KeptFile(*row) for row in db.execute(query))
