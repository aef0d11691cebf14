"""Keeps the audit: who did what and when. Lines are added, never changed; answers are never in them."""

import json
from datetime import datetime
from typing import Any

from forms.moment import written
from forms.sqlite import Database


def append(
    db: Database,
    action: str,
    *,
    now: datetime,
    actor_id: int | None,
    form_id: int | None = None,
    submission_id: int | None = None,
    details: dict[str, Any] | None = None,
) -> None:
    """Add a line, in the transaction of what it tells. Actions are named as ODK Central names them."""
    db.execute(
        """
        INSERT INTO audit (logged_at, action, actor_id, form_id, submission_id, details)
        VALUES (:now, :action, :actor_id, :form_id, :submission_id, :details)
        """,
        {
            "now": written(now),
            "action": action,
            "actor_id": actor_id,
            "form_id": form_id,
            "submission_id": submission_id,
            "details": json.dumps(details, ensure_ascii=False) if details else "{}",
        },
    )
