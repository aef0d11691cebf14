"""Months that were signed when heads alone were frozen: their facts are read from what was kept with the signature."""

import aggregates.tables
from aggregates.compilation import frozen_facts
from aggregates.compilation.frozen_fact import Both
from forms.base.sqlite import Database
from forms.places.cso_code import CsoCode
from sync.counting.cell import Cell
from tests.aggregates.months import Months
from tests.station import Station, station

__all__ = ["station"]
MONTH = {"project_id": 1, "cso": CsoCode("tagne"), "months": ["2020-03", "2020-02"]}


def test_a_month_that_was_signed_before_counts_as_one_that_is_signed_today(station: Station) -> None:
    months = Months(station)
    approved = months.send(
        h=3,
        f=2,
        g=1,
        fi=4,
        nv_f=1,
        media=10,
        indirect=5,
        mariages=1,
        orientations=1,
        personne=[{"sexe": "M"}],
    )
    months.review(approved, "approved")
    late = months.send(statut="reportee", seance=None)
    months.take("submit")
    months.take("validate")
    with station.storage.reading() as db:
        today = frozen_facts.validated(db, ids=[approved, late], **MONTH)
        steps = db.execute("SELECT * FROM compilation_step").fetchall()
        columns = [row[1] for row in db.execute("PRAGMA table_info(compilation_step)")]
    older = Database(memory=True)
    aggregates.tables.migrations.apply(older, stop_before="m024_frozen_facts")
    older.conn.executemany(
        f"INSERT INTO compilation_step ({', '.join(columns)}) VALUES ({', '.join('?' for _ in columns)})",
        steps,
    )
    validation = next(step[0] for step in steps if step[columns.index("action")] == "validate")
    older.execute(
        "INSERT INTO frozen_count VALUES (?, ?, '2020-02', 'participants', 'seance', 'uuid:9', -2, 0, 0, 5, 0, 3)",
        [9, validation],
    )
    older.execute(
        """
        INSERT INTO compilation_step (project_id, cso, month, number, action, actor_name, actor_role, remark, taken_at)
        VALUES (1, 'tagne', '2020-02', 1, 'validate', 'Awa', 'manager', '', '2020-03-01T00:00:00.000Z')
        """
    )
    aggregates.tables.migrations.apply(older)
    found = frozen_facts.validated(older, ids=[approved, late, 9], **MONTH)
    men = Cell("participants", "contacts", "direct", "", "M", "18+")
    girls = men._replace(sex="F", age_band="5-17")
    assert found.pop(("2020-02", 9)) == {men: Both(-2, 0), girls: Both(5, 0)}
    unknown, of_month = men._replace(sex="", age_band=""), ("2020-03", approved)
    expected = {key: dict(facts) for key, facts in today.items()}
    expected[of_month][unknown] = expected[of_month].pop(
        men._replace(age_band="")
    )  # the sheet kept « autres » alone
    assert found == expected
    assert "frozen_count" not in older.table_names()
