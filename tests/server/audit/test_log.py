"""The log in words: whatever is written down is told as a sentence, and leads to what its reader may open."""

import ast
from pathlib import Path
from string import Formatter

import pytest

from server.audit.sentence import SENTENCES, sentence_of
from server.words.language import translate
from sync.audits import AuditLine
from tests.server.cast import Stage, stage

__all__ = ["stage"]
ROOT = Path(__file__).parents[3]
WRITERS = ("audit", "append", "_audit", "_note")
MADE_UP = {
    "compilation.submit", "compilation.take_back", "compilation.validate", "compilation.reopen",
    "submission.delete", "submission.restore", "user.delete", "user.restore", "user.create", "user.password.reset",
    "field_key.session.end", "public_link.session.end", "plan.undo", "plan.redo",
}  # fmt: skip
"""Actions that the code puts together or gives by a name."""


def written_down() -> set[str]:
    """Every action that the code gives to the log as it stands."""
    found = set()
    for package in ("server", "sync", "aggregates", "forms"):
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                name = getattr(
                    getattr(node, "func", None), "attr", getattr(getattr(node, "func", None), "id", "")
                )
                if isinstance(node, ast.Call) and name in WRITERS:
                    words = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                    found |= {
                        word for word in words if isinstance(word, str) and "." in word and " " not in word
                    }
    return found


def line(action: str, **details: object) -> AuditLine:
    """A line of the log."""
    return AuditLine(1, "2020-03-08T10:00:00.000Z", action, 1, None, 1, 1, None, dict(details), None)


def holes(text: str) -> set[str]:
    """What a sentence wants."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_every_action_that_is_written_down_is_told_as_a_sentence() -> None:
    actions = written_down() | MADE_UP
    assert len(actions) > 30
    for action in actions:
        details = {"reviewState": "approved"} if action == "submission.update" else {}
        details |= {"outcome": "used"} if action == "submission.conflict.settle" else {}
        assert "{action}" not in sentence_of(line(action, **details)), action


@pytest.mark.parametrize("text", sorted(set(SENTENCES.values())))
def test_every_sentence_is_french_too_and_names_the_same_things(text: str) -> None:
    assert translate("fr", text) != text
    assert holes(translate("fr", text)) == holes(text)


def test_the_log_tells_who_decided_on_which_sheet_and_leads_there(stage: Stage) -> None:
    stage.reset()
    sheet = "/v1/projects/1/forms/club/submissions/uuid%3Atagne"
    said = stage.call(
        "coordinator",
        "PATCH",
        sheet,
        json={"reviewState": "hasIssues"},
        headers={"X-Action-Notes": "Trop <tard>"},
    )
    assert said.status_code == 200
    english = stage.get("admin", "/audit?action=review").text
    assert (
        '</strong> asked for a correction of <a href="/projects/1/sheets/club/uuid%3Atagne">the sheet'
        in english
    )
    assert "« Trop &lt;tard&gt; »" in english
    french = stage.get("admin", "/audit?action=review", headers={"Accept-Language": "fr"}).text
    assert "</strong> a demandé la correction de <a href" in french
    for page in (english, french):
        assert "reviewState" not in page and "submission.update" not in page and "UTC" not in page


def test_the_log_is_searched_by_subject_person_and_day(stage: Stage) -> None:
    stage.reset()
    sheet = "/v1/projects/1/forms/club/submissions/uuid%3Atagne"
    stage.call("coordinator", "PATCH", sheet, json={"reviewState": "approved"})
    stage.call("officer", "PATCH", sheet, json={"reviewState": "rejected"})
    coordinator = stage.ids["coordinator"]

    def told(filters: str) -> tuple[bool, bool]:
        page = stage.get("admin", f"/audit?{filters}").text
        return " approved " in page, " rejected " in page

    assert told("") == told("action=review") == (True, True)
    assert told("action=arrival") == told("action=month") == (False, False)
    assert told(f"who={coordinator}") == (True, False)
    assert told(f"action=review&who={coordinator}&from=2020-01-01&to=9999-12-31") == (True, False)
    assert told("to=2019-12-31") == told("from=2999-01-01") == (False, False)
    assert told("who=x&from=yesterday&to=0&page=x&action=x") == (True, True)


def test_the_log_says_of_a_referral_that_something_happened_and_not_to_what(stage: Stage) -> None:
    stage.reset()
    page = stage.get("admin", "/audit?action=arrival").text
    assert "sent the sheet (not shown here)" in page
    assert "uuid:cas" not in page and "orientation" not in page
