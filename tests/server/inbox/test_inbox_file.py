"""The list of sheets as a file for a spreadsheet."""

import csv
import io
from dataclasses import replace

from forms.base.moment import read
from server.app import create_app
from tests.server.cast import Stage, stage
from tests.station import BEGINNING

__all__ = ["stage"]


def test_a_line_tells_when_its_sheet_came_where_fiche_works(stage: Stage) -> None:
    """Rows apart by semicolons: with commas, Excel in French shows a line in one cell."""
    stage.reset()
    edge = stage.app.extensions["fiche"]
    far = replace(
        stage, app=create_app(replace(edge.settings, timezone="Asia/Kolkata"), edge.storage, edge.blobs)
    )
    answer = far.get("officer", "/projects/1/sheets/list.csv?state=")
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 2
    came = read(BEGINNING.isoformat()).astimezone(far.app.extensions["fiche"].settings.zone)
    assert {row["Received"] for row in rows} == {f"{came:%Y-%m-%d %H:%M}"}
    assert came.utcoffset() != BEGINNING.utcoffset()
