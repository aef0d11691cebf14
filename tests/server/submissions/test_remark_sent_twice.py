"""A remark that comes twice was said once: a double click, a page that is sent again, a program that tries again."""

from datetime import timedelta

import pytest

from server.base.clock import now
from sync.review import comments
from sync.review.comments import RESENT_WITHIN
from tests.server.cast import Stage, stage

__all__ = ["stage"]
SHEET = "/projects/1/sheets/club/uuid%3Atagne"
ASKED = "/v1/projects/1/forms/club/submissions/uuid%3Atagne/comments"


def said(stage: Stage) -> list[str]:
    """The remarks on the sheet, the oldest first."""
    return [remark["body"] for remark in stage.get("admin", ASKED).json][::-1]


def test_a_remark_of_the_page_that_is_sent_twice_is_kept_once(stage: Stage) -> None:
    stage.reset()
    for body in ("Revoir le total", "Revoir le total", "C'est fait", "Revoir le total"):
        answer = stage.call("coordinator", "POST", f"{SHEET}/remarks", data={"body": body})
        assert answer.status_code == 303
        assert "said=remark" in answer.headers["Location"]
    assert said(stage) == ["Revoir le total", "C'est fait", "Revoir le total"]


def test_a_remark_of_a_program_that_tries_again_is_kept_once_and_answered_alike(stage: Stage) -> None:
    stage.reset()
    first, again = (stage.call("admin", "POST", ASKED, json={"body": "Vu"}) for _ in range(2))
    assert (first.status_code, first.json) == (again.status_code, again.json)
    assert said(stage) == ["Vu"]


@pytest.mark.parametrize(
    ("who", "later", "is_kept"),
    [
        ("admin", timedelta(), False),
        ("coordinator", timedelta(), True),
        ("admin", RESENT_WITHIN + timedelta(seconds=1), True),
        ("admin", -timedelta(days=400), True),  # the clock was ahead
    ],
)
def test_others_and_those_who_say_it_again_later_are_heard(
    stage: Stage, who: str, later: timedelta, is_kept: bool
) -> None:
    stage.reset()
    begun = now()
    with stage.station.storage.writing() as db:
        [sheet] = db.execute(
            "SELECT submission_id FROM submission_version WHERE instance_id = 'uuid:tagne'"
        ).fetchone()
        comments.add_once(db, sheet, "Vu", actor_id=stage.ids["admin"], now=begun)
        comments.add_once(db, sheet, "Vu", actor_id=stage.ids[who], now=begun + later)
        kept = len(comments.of_submission(db, sheet))
    assert kept == 1 + is_kept
