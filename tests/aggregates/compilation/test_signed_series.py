"""Whatever happens to sheets and months, what was signed and what is still open add up to the live tallies (§ 6.3)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aggregates.compilation import signatures
from aggregates.compilation.balance import differences_to
from aggregates.compilation.workflow import VALIDATED, StepNotAllowed
from aggregates.tallies.tally_queries import sum_month
from forms.base.blobs import BlobStore
from forms.places.cso_code import CsoCode
from forms.places.csos import create_cso
from forms.places.projects import create_project
from sync.counting.cell import Cell
from sync.counting.schemes import scheme_in_use
from sync.intake.submissions import set_deleted, set_review_state
from sync.review.owners import OwnerUnchanged, move
from tests.aggregates.months import BEGINNING, Months
from tests.station import Station, new_storage

CSOS = ("TAGNE", "APDF")
MONTHS = ("2020-01", "2020-02", "2020-03", "2020-04", "2020-05", "2020-06")
SHEET = st.fixed_dictionaries(
    {"jour": st.sampled_from(["2020-01-10", "2020-01-11", "2020-02-12"])},
    optional={
        "h": st.integers(0, 9),
        "f": st.integers(0, 9),
        "nv_f": st.integers(0, 4),
        "media": st.just(900),
        "mariages": st.integers(0, 2),
        "statut": st.sampled_from(["reportee", "oui"]),
        "personne": st.just([{"age": 3, "sexe": "F"}, {"age": 30}]),
    },
)
SENT = st.tuples(st.just("send"), st.sampled_from(CSOS), SHEET)
ON_SHEET = st.one_of(
    st.tuples(st.just("edit"), st.integers(0, 20), SHEET),
    st.tuples(
        st.just("review"), st.integers(0, 20), st.sampled_from(["approved", "rejected", "hasIssues", None])
    ),
    st.tuples(st.just("move"), st.integers(0, 20), st.sampled_from(CSOS)),
    st.tuples(st.just("delete"), st.integers(0, 20), st.booleans()),
)
ON_MONTH = st.tuples(
    st.sampled_from(["close", "close", "reopen"]),
    st.sampled_from(("TAGNE", *CSOS)),
    st.sampled_from(MONTHS[:4]),
)
HISTORIES = st.lists(
    st.tuples(st.integers(0, 25), st.one_of(SENT, ON_SHEET, ON_SHEET, ON_MONTH, ON_MONTH)),
    min_size=4,
    max_size=16,
)


class History:
    """Two CSOs, their sheets and months."""

    def __init__(self, months: Months) -> None:
        self.months, self.now, self.storage = (
            months,
            datetime(2020, 1, 12, 9, tzinfo=BEGINNING.tzinfo),
            months.station.storage,
        )
        self.sheets: list[int] = []
        self.latest: dict[int, str] = {}

    def happen(self, what: str, of: Any, how: Any) -> None:
        """One thing happens."""
        if what == "send":
            self.sheets.append(self.send(of, how))
        elif what in ("close", "reopen"):
            self.sign(what, of, how)
        elif self.sheets:
            sheet = self.sheets[of % len(self.sheets)]
            if what == "edit" and not self.is_deleted(sheet):
                self.send("", how, edits=sheet)
            elif what != "edit":
                self.decide(what, sheet, how)

    def send(self, owner: str, answers: dict[str, Any], edits: int | None = None) -> int:
        """A sheet comes, or takes the place of one."""
        seance = None if answers.get("statut") == "reportee" else 1
        sheet = self.months.send(
            at=self.now,
            owner=owner,
            edits=self.latest[edits] if edits else "",
            **{"seance": seance, **answers},
        )
        self.latest[sheet] = f"uuid:{self.months.sent}"
        return sheet

    def is_deleted(self, sheet: int) -> bool:
        """Whether it lies in the trash."""
        with self.storage.reading() as db:
            [deleted] = db.execute("SELECT deleted_at FROM submission WHERE id = ?", [sheet]).fetchone()
        return deleted is not None

    def decide(self, what: str, sheet: int, how: Any) -> None:
        """Somebody decides on a sheet."""
        with self.storage.writing() as db:
            if what == "review":
                set_review_state(db, sheet, how, now=self.now, actor_id=None)
            elif what == "delete":
                set_deleted(db, [sheet], is_deleted=how, now=self.now, actor_id=None)
            else:
                with suppress(OwnerUnchanged):
                    move(db, sheet, CsoCode(how), reason="Mauvais téléphone", now=self.now, actor_id=None)

    def sign(self, what: str, cso: str, month: str) -> None:
        """A month is closed, or opened again."""
        self.months.cso = cso
        with suppress(StepNotAllowed):
            if what == "close":
                self.months.take("submit", month, at=self.now)
                self.months.take("validate", month, at=self.now)
            else:
                self.months.take("reopen", month, remark="x", at=self.now)

    def series(self, cso: str) -> Counter[tuple[str, Cell, str]]:
        """What all months of a CSO say together: signed ones as they were signed, open ones as they stand."""
        self.months.cso = cso
        with self.storage.reading() as db:
            steps = signatures.last_steps(db, 1, csos=[CsoCode(cso)])
            closed = {month: step.id for (_, month), step in steps.items() if step.state == VALIDATED}
            rows = db.execute(
                """
                SELECT z.step_id, z.month, c.measure, c.unit, c.reach, c.subset, c.sex, c.age_band,
                    z.provisional, z.verified
                FROM frozen_fact AS z JOIN frozen_cell AS c ON c.id = z.cell_id
                """
            ).fetchall()
        total: Counter[tuple[str, Cell, str]] = Counter()
        for step_id, month, *rest in rows:
            if step_id in closed.values():
                add(total, month, Cell(*rest[:6]), rest[6:])
        for month in MONTHS:
            if month not in closed:
                for (of_month, _), facts in self.months.month(month).to_freeze.items():
                    add_all(total, of_month, facts)
        return Counter({key: n for key, n in total.items() if n})

    def live(self, cso: str) -> Counter[tuple[str, Cell, str]]:
        """What the tallies say."""
        self.months.night()
        total: Counter[tuple[str, Cell, str]] = Counter()
        with self.storage.reading() as db:
            for month in MONTHS:
                add_all(total, month, sum_month(db, 1, cso=CsoCode(cso), month=month))
        return total


def add(total: Counter[tuple[str, Cell, str]], month: str, cell: Cell, both: Iterable[int]) -> None:
    """Add a number under either status; how often something was put off is no tally."""
    if cell.unit != "not_held":
        for status, n in zip(("provisional", "verified"), both, strict=True):
            if n:
                total[month, cell, status] += n


def add_all(total: Counter[tuple[str, Cell, str]], month: str, facts: Mapping[Cell, tuple[int, int]]) -> None:
    """Add facts."""
    for cell, both in facts.items():
        add(total, month, cell, both)


@settings(max_examples=40)
@given(history=HISTORIES)
def test_what_was_signed_and_what_is_open_add_up_to_the_live_tallies(
    tmp_path_factory: pytest.TempPathFactory, history: list[tuple[int, tuple[str, Any, Any]]]
) -> None:
    folder = tmp_path_factory.mktemp("station")
    storage = new_storage(folder / "fiche.db")
    with storage.writing() as db:
        station = Station(storage, BlobStore(folder / "blobs"), create_project(db, "P", now=BEGINNING))
    months = Months(station)
    with storage.writing() as db:
        create_cso(db, "APDF", "Apdf", projects=[1], now=BEGINNING)
    played = History(months)
    for days, (what, of, how) in history:
        played.now = min(played.now + timedelta(days=days), datetime(2020, 6, 29, tzinfo=UTC))
        played.happen(what, of, how)
    for cso in CSOS:
        assert played.series(cso) == played.live(cso)
        for month in MONTHS:
            compiled = months.month(month)
            with storage.reading() as db:
                stated = sum_month(db, 1, cso=CsoCode(cso), month=month)
                assert differences_to(stated, compiled, scheme_in_use(db)) == ()
    storage.close()
