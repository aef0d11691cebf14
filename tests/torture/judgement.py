"""What is there in the end, beside what was acknowledged: each fault is a sentence."""

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from forms.base.blobs import BlobStore
from forms.base.sqlite import sqlite3
from server.base import clock, whole_file
from server.store.locks import Busy, exclusive
from tests.fiche_process import Fiche
from tests.torture.ledger import Ledger

DERIVED = (
    "cell", "fact", "finding", "grain", "neighbour", "neighbour_photo", "record", "record_by_activity",
    "record_by_place", "sheet_seance_sensibilisation", "sheet_summary", "sheet_tally", "sheet_tally_by_activity",
    "sheet_tally_by_place", "tally", "tally_by_activity", "tally_by_place", "usual_size",
)  # fmt: skip
ONCE = {
    "submission_version": "SELECT instance_id FROM submission_version",
    "submission": "SELECT instance_id FROM submission",
    "log": """
        SELECT s.instance_id FROM audit AS a JOIN submission AS s ON s.id = a.submission_id
        WHERE a.action = 'submission.create'
    """,
    "summary": "SELECT s.instance_id FROM sheet_summary AS y JOIN submission AS s ON s.id = y.submission_id",
}
COUNTED = """
    SELECT v.instance_id, COALESCE(SUM(f.n), 0) FROM submission AS s
    JOIN submission_version AS v ON v.submission_id = s.id AND v.number = s.versions
    LEFT JOIN (
        SELECT f.submission_id, f.n FROM fact AS f JOIN cell AS c ON c.id = f.cell_id
        WHERE c.measure = 'participants' AND c.unit = 'contacts' AND c.reach = 'direct' AND c.subset = ''
    ) AS f ON f.submission_id = s.id GROUP BY s.id
"""
SUMMED = """
    SELECT COALESCE(SUM(t.received + t.edited + t.has_issues + t.approved), 0)
    FROM tally AS t JOIN cell AS c ON c.id = t.cell_id
    WHERE c.measure = 'participants' AND c.unit = 'contacts' AND c.reach = 'direct' AND c.subset = ''
"""
COUNTS = """
    SELECT v.instance_id FROM submission AS s JOIN record AS r ON r.submission_id = s.id
    JOIN submission_version AS v ON v.submission_id = s.id AND v.number = s.versions
    WHERE r.review NOT IN ('rejected', 'held')
"""
PICTURES = """
    SELECT v.instance_id, a.name, a.sha256 FROM submission_attachment AS a
    JOIN submission_version AS v ON v.id = a.version_id
"""
FEW = 5


def rows(database: Path, query: str) -> list[tuple[Any, ...]]:
    """What a query gives."""
    with closing(sqlite3.connect(str(database))) as connection:
        found: list[tuple[Any, ...]] = connection.execute(query).fetchall()
    return found


def faults(fiche: Fiche, ledger: Ledger, backups: list[tuple[Path, set[str]]]) -> Iterator[str]:
    """All that is amiss with a server that was stopped."""
    yield from _of_the_file(fiche.database)
    yield from _of_sheets(fiche.database, ledger)
    yield from _of_pictures(fiche, ledger)
    yield from _of_decisions(fiche.database, ledger)
    yield from _of_derived(fiche, ledger)
    yield from _of_backups(fiche, backups)
    yield from _of_what_is_left(fiche)


def few(found: list[Any]) -> str:
    """How many, and some of them."""
    return f"{len(found)}: {', '.join(map(str, found[:FEW]))}"


def _of_the_file(database: Path) -> Iterator[str]:
    if (told := rows(database, "PRAGMA integrity_check")) != [("ok",)]:
        yield f"integrity_check: {told[:FEW]}"
    if told := rows(database, "PRAGMA foreign_key_check"):
        yield f"foreign_key_check: {few(told)}"


def _of_sheets(database: Path, ledger: Ledger) -> Iterator[str]:
    stored = dict(rows(database, "SELECT instance_id, xml FROM submission_version"))
    acknowledged = [sheet for sheet in ledger.sheets.values() if sheet.is_acknowledged]
    if lost := [sheet.instance_id for sheet in acknowledged if sheet.instance_id not in stored]:
        yield f"LOST {few(lost)}"
    others = [instance for instance, xml in stored.items() if bytes(xml) != ledger.sheets[instance].xml]
    if others:
        yield f"other bytes than were sent {few(others)}"
    for what, query in ONCE.items():
        times = Counter(row[0] for row in rows(database, query))
        if doubled := [instance for instance, number in times.items() if number > 1]:
            yield f"more than once in {what} {few(doubled)}"
        firsts = {sheet.first_id for sheet in acknowledged} if what != "submission_version" else set()
        if what != "submission" and (missing := sorted(firsts - times.keys())):
            yield f"missing in {what} {few(missing)}"
    chains = dict(
        rows(
            database,
            """
            SELECT first.instance_id, last.instance_id FROM submission AS s
            JOIN submission_version AS first ON first.submission_id = s.id AND first.number = 1
            JOIN submission_version AS last ON last.submission_id = s.id AND last.number = s.versions
            """,
        )
    )
    tried = {sheet.instance_id for sheet in ledger.sheets.values() if not sheet.is_acknowledged}
    wrong = [
        first
        for first, last in ledger.current.items()
        if chains.get(first) != last and chains.get(first) not in tried
    ]
    if wrong:
        yield f"another version is current {few(wrong)}"
    if put_aside := rows(database, "SELECT instance_id FROM submission_conflict"):
        yield f"put aside as another content {few(put_aside)}"


def _of_pictures(fiche: Fiche, ledger: Ledger) -> Iterator[str]:
    store = BlobStore(fiche.folder / "data" / "blobs")
    hashes = {(instance, name): sha256 for instance, name, sha256 in rows(fiche.database, PICTURES)}
    for sheet in ledger.sheets.values():
        for name, content in sheet.files.items() if sheet.is_acknowledged else ():
            sha256 = hashes.get((sheet.instance_id, name))
            if sha256 != hashlib.sha256(content).hexdigest() or not store.is_whole(sha256, len(content)):
                yield f"LOST the picture {name} of {sheet.instance_id}"
    broken = [sha256 for sha256 in store if not store.is_whole(sha256, store.path(sha256).stat().st_size)]
    if broken:
        yield f"blobs with other bytes than their names {few(broken)}"


def _of_decisions(database: Path, ledger: Ledger) -> Iterator[str]:
    states = dict(rows(database, "SELECT instance_id, review_state FROM submission"))
    wrong = [
        f"{first} is {states.get(first)}, not {decided.possible}"
        for first, decided in ledger.decided.items()
        if states.get(first) not in decided.possible
    ]
    if wrong:
        yield f"LOST decisions {few(wrong)}"
    bodies = Counter(row[0] for row in rows(database, "SELECT body FROM submission_comment"))
    if lost := [body for body in ledger.remarks if bodies[body] != 1]:
        yield f"remarks that are not there once {few(lost)}"


def _of_derived(fiche: Fiche, ledger: Ledger) -> Iterator[str]:
    """Three ways to the same numbers: night by night, all at once, and from raw XML; and a fourth, added up here."""
    fiche.run("rollup")
    by_night = {table: sorted(map(repr, rows(fiche.database, f"SELECT * FROM {table}"))) for table in DERIVED}
    for words in (("rollup", "--full"), ("rebuild",)):
        fiche.run(*words)
        for table in DERIVED:
            again = sorted(map(repr, rows(fiche.database, f"SELECT * FROM {table}")))
            if again != by_night[table]:
                differing = [
                    *Counter(again) - Counter(by_night[table]),
                    *Counter(by_night[table]) - Counter(again),
                ]
                yield f"{table} is another after fiche {' '.join(words)}: {few(differing)}"
    counted = dict(rows(fiche.database, COUNTED))
    wrong = [instance for instance, people in counted.items() if people != ledger.sheets[instance].people]
    if wrong:
        yield f"counted wrong {few(wrong)}"
    [(total,)] = rows(fiche.database, SUMMED)
    mine = sum(counted[instance] for (instance,) in rows(fiche.database, COUNTS))
    if total != mine:
        yield f"the tallies hold {total} people, the sheets {mine}"
    doctor = {found["name"]: found for found in fiche_doctor(fiche)}
    for name in ("integrity", "pictures", "journal", "permissions"):
        if not doctor[name]["is_well"]:
            yield f"doctor: {doctor[name]}"


def fiche_doctor(fiche: Fiche) -> Any:
    """What `fiche doctor` finds."""
    return json.loads(fiche.run("doctor", "--json", check=False).stdout)


def _of_backups(fiche: Fiche, backups: list[tuple[Path, set[str]]]) -> Iterator[str]:
    """The last backup that was made while phones sent, restored somewhere else."""
    if not backups:
        return
    folder, before = backups[-1]
    elsewhere = Fiche(folder.parent / "elsewhere")
    elsewhere.configure()
    elsewhere.run("restore", str(folder))
    stored = {row[0] for row in rows(elsewhere.database, "SELECT instance_id FROM submission_version")}
    if lost := sorted(before - stored):
        yield f"LOST in a backup {few(lost)}"
    yield from _of_the_file(elsewhere.database)
    pictures = next(found for found in fiche_doctor(elsewhere) if found["name"] == "pictures")
    if not pictures["is_well"]:
        yield f"in a backup: {pictures}"
    shutil.rmtree(elsewhere.folder)


def _of_what_is_left(fiche: Fiche) -> Iterator[str]:
    data = fiche.folder / "data"
    in_two_days = clock.now() + timedelta(days=2)
    BlobStore(data / "blobs").forget_unfinished(now=in_two_days)
    whole_file.forget_unfinished(data, now=in_two_days)
    left = [*(data / "blobs" / "incoming").iterdir(), *data.rglob("*.partial"), *fiche.folder.glob("data.*")]
    if left:
        yield f"left behind {few(left)}"
    for lock in data.glob("*.lock"):
        try:
            with exclusive(lock, what=lock.name):
                pass
        except Busy:
            yield f"{lock.name} is still held"
