"""Taking a plan in from a file: the file comes, its preview is looked at, then it counts or is put aside."""

from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from flask import Response, g, request

from aggregates.plan import plans, uploads
from aggregates.plan.column import LAYOUT
from aggregates.plan.reading import PlanReading
from forms.base.by import By
from forms.base.refusal import Refusal
from forms.base.sqlite import Database
from server.plan.choice import csos_within
from server.plan.page import again
from server.plan.reading import difference_of, read_file
from server.plan.sentence import plan_allowed, plan_problem_rows, plan_reason
from server.plan.take_in import take_in
from server.web.answer import attachment
from server.web.page import given, go, show
from server.web.problem import sentence
from server.web.route import Asking, Resource
from server.words.days import month_in_words
from server.words.language import mark, translate
from server.words.spreadsheet import CSV, csv_file

resource = Resource("plan_uploads", "/projects/<segment:project_id>/plan/uploads")
LONGEST_NAME = 120
SHOWN_PROBLEMS = 200
SHOWN_REMARKS = 50


@resource.post("", may="plan.update")
def upload(asking: Asking) -> Any:
    """A file comes: it is kept for a day, and nothing of it counts before it is confirmed."""
    file = request.files.get("file")
    name = (file.filename or "")[-LONGEST_NAME:] if file else ""
    if file is None or not name:
        return again(asking, translate(g.language, mark("Choose a file first.")))
    content = file.stream.read(LAYOUT.largest_file + 1)
    try:
        with asking.here.storage.reading() as db:
            read_file(db, asking.the_project.id, content, name, reach=asking.reach.csos)
    except Refusal as refusal:
        return again(asking, sentence(refusal, g.language))
    token = uuid4().hex
    asking.write(
        lambda db: uploads.add_upload(
            db,
            asking.the_project.id,
            content,
            token=token,
            file_name=name,
            by=By(asking.asker.id, asking.now),
        )
    )
    return go(f"{_base(asking)}/uploads/{token}")


@resource.get("/<segment:upload>", may="plan.update")
def preview(asking: Asking, upload: str) -> str:
    """What would be taken in, what it replaces, and every line that is refused."""
    db, project = asking.db, asking.the_project
    waiting, reading = _read(asking, db, upload)
    return show(
        "plan_preview.html",
        asking,
        project=project,
        upload=waiting,
        reading=reading,
        differences=difference_of(db, project.id, reading.planned),
        problems=reading.problems[:SHOWN_PROBLEMS],
        remarks=reading.remarks[:SHOWN_REMARKS],
        reason=lambda each: plan_reason(each, g.language),
        allowed=lambda each: plan_allowed(each, g.language),
        month_name=lambda each: month_in_words(g.language, each),
        cso_names=dict(csos_within(asking, db)),
        state=plans.state_of(db, project.id),
        is_overtaken=request.args.get("overtaken") == "yes",
    )


@resource.get("/<segment:upload>/problems.csv", may="plan.update")
def problems(asking: Asking, upload: str) -> Response:
    """Every line that is refused, as CSV: line, column, what stands there, why, what is allowed."""
    _waiting, reading = _read(asking, asking.db, upload)
    return attachment(csv_file(plan_problem_rows(reading.problems, g.language)), CSV, "plan-refus.csv")


@resource.post("/<segment:upload>", may="plan.update")
def confirm(asking: Asking, upload: str) -> Any:
    """Take the plan in (all of it, or the lines that are right), or put it aside."""
    choice, seen, project_id = given("choice"), given("state"), asking.the_project.id
    with asking.here.storage.reading() as db:  # reading the file holds no phone up
        waiting, reading = _read(asking, db, upload)
    here = f"{_base(asking)}/uploads/{waiting.token}"

    def work(db: Database) -> str:
        uploads.find_upload(db, project_id, upload, actor_id=asking.asker.id, now=asking.now)
        if choice == "drop":
            uploads.drop_upload(db, waiting.token)
            return _base(asking)
        if seen != plans.state_of(db, project_id):
            return f"{here}?overtaken=yes"
        if not reading.planned or choice not in ("all", "good") or (choice == "all" and reading.problems):
            return here
        key = take_in(
            db,
            project_id,
            reading.planned,
            file_name=waiting.file_name,
            by=By(asking.asker.id, asking.now),
        )
        uploads.drop_upload(db, waiting.token)
        first = reading.planned[0]
        return f"{_base(asking)}?{urlencode({'done': key, 'cso': first.cso, 'month': first.month})}"

    return go(asking.write(work))


def _read(asking: Asking, db: Database, token: str) -> tuple[uploads.PlanUpload, PlanReading]:
    waiting = uploads.find_upload(db, asking.the_project.id, token, actor_id=asking.asker.id, now=asking.now)
    reading = read_file(
        db, asking.the_project.id, waiting.content, waiting.file_name, reach=asking.reach.csos
    )
    return waiting, reading


def _base(asking: Asking) -> str:
    return f"/projects/{asking.the_project.id}/plan"
