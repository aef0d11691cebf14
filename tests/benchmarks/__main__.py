"""`make bench`: intake, form list, roll-up, tallies and memory in one run, as a table and as JSON.

python -m tests.benchmarks --sheets 100000 --seconds 8 --output build/benchmarks.json
"""

import argparse
import contextlib
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import requests

from forms.base.sqlite import sqlite3
from forms.catalogue.definitions import find_form, load_definition
from forms.definition.definition import Definition
from server.store.database import Storage
from sync.instance.envelope import Envelope
from sync.intake.receive import receive
from sync.intake.submissions import set_review_state
from tests.benchmarks import load
from tests.benchmarks.counts import measure_counts
from tests.benchmarks.exports import measure_exports
from tests.benchmarks.pages import measure_pages
from tests.benchmarks.processes import memory_mb, processor_seconds
from tests.benchmarks.programme import fill_programme
from tests.benchmarks.quality import measure_examination
from tests.fiche_process import Fiche, free_port
from tests.phone import multipart
from tests.sheet_writer import filled

FORM = "seance_sensibilisation"
VILLAGES = [
    f"T-{commune}{number}" for commune in ("YEL", "DIE", "NON", "DID", "SIB", "BAR") for number in (1, 2)
]
PICTURE = random.Random(1).randbytes(200_000)


@dataclass
class Results:
    """What was measured, in the order it was."""

    figures: dict[str, float] = field(default_factory=dict)

    def note(self, name: str, value: float, aim: str = "") -> None:
        """Keep a figure and show it at once."""
        self.figures[name] = round(value, 2)
        print(f"{name:<66} {value:>10.2f}   {aim}", flush=True)


ONE_PHONE_FOR_ALL = "[budgets]\nphone_sheets = 1000000\nphone_megabytes = 1000000\n"
"""The whole load comes with one phone's token, which has a budget of a day otherwise."""


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sheets", type=int, default=100_000, help="sheets stored for the second half")
    parser.add_argument("--seconds", type=float, default=8, help="length of each load")
    parser.add_argument("--only-exports", action="store_true", help="measure exports and feeds alone")
    parser.add_argument("--only-pages", action="store_true", help="measure the coordinator's pages alone")
    parser.add_argument("--output", type=Path, default=Path("build/benchmarks.json"))
    options = parser.parse_args()
    results = Results()
    with tempfile.TemporaryDirectory(prefix="fiche-bench-") as folder:
        fiche = Fiche(Path(folder) / "fiche", settings=ONE_PHONE_FOR_ALL)
        first = fiche.init()
        if options.only_exports:
            measure_exports(fiche, first, results.note)
            return
        if options.only_pages:
            measure_workspace(results, fiche, first, options.sheets)
            return
        address = fiche.phone_address()
        definition = the_definition(fiche)
        fiche.start()
        assert fiche.process
        time.sleep(2)
        results.note("memory of all processes at rest, MB", memory_mb(fiche.process.pid))
        measure_intake(results, fiche, address, definition, seconds=options.seconds)
        measure_form_list(results, fiche, address)
        results.note("memory of all processes after load, MB", memory_mb(fiche.process.pid), "under 200")
        fiche.stop()
        fill(fiche, definition, options.sheets)
        measure_roll_up(results, fiche, options.sheets)
        with contextlib.closing(storage_of(fiche)) as storage:
            measure_examination(results.note, storage, lambda dice: sheet(definition, dice))
        fiche.start()
        measure_full_server(results, fiche, address, definition, seconds=options.seconds)
        measure_tallies(results, fiche, first)
        measure_counts(fiche, first, results.note)
        results.note(
            "memory after load, with the sheets stored, MB", memory_mb(fiche.process.pid), "under 200"
        )
        fiche.stop()
        measure_exports(fiche, first, results.note)
        programme = Fiche(Path(folder) / "programme")
        measure_workspace(results, programme, programme.init(), options.sheets)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_text(json.dumps(results.figures, indent=2) + "\n")


def storage_of(fiche: Fiche) -> Storage:
    """The installation's database, opened beside its server."""
    return Storage(next((fiche.folder / "data").glob("*.db")))


def the_definition(fiche: Fiche) -> Definition:
    """The session sheet as published."""
    with storage_of(fiche).reading() as db:
        form = find_form(db, 1, FORM)
        assert form and form.current_definition_id
        return load_definition(db, form.current_definition_id)


def sheet(definition: Definition, dice: random.Random, instance_id: str = "") -> bytes:
    """A held session with figures as they come."""
    village = dice.choice(VILLAGES)
    return filled(
        definition,
        {
            "osc": "tagne", "statut_seance": "oui", "village": village, "milieu": "hors_ecole",
            "date_seance": f"2020-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}",
            "type_activite": dice.choice(["causerie", "theatre_forum", "visite_domicile"]),
            "programme": "non", "lieu": "place_publique", "role_animation": "animateur_osc",
            "theme": "vbg mgf", "duree_min": 90, "n_hommes": dice.randint(0, 30),
            "n_femmes": dice.randint(0, 60), "n_garcons": dice.randint(0, 20),
            "n_filles": dice.randint(0, 30),
            "nv_hommes": 3, "nv_femmes": 5, "saisie_papier": "non", "n_orientations": 0,
            "n_mariages_empeches": 0, "n_mgf_empechees": 0, "n_mediations": 1, "compte_seance": 1,
        },
        instance_id=instance_id,
    )  # fmt: skip


def post(address: str, body: bytes, content_type: str) -> bytes:
    """The head of a POST to the submission address."""
    parts = urlsplit(address)
    return (
        f"POST {parts.path}/submission?deviceID=collect%3Abench HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        f"X-OpenRosa-Version: 1.0\r\nUser-Agent: bench\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode()


def send(address: str, xml: bytes, files: dict[str, bytes], *, connections: int, seconds: float) -> load.Load:
    """Load the submission address with new copies of a sheet."""
    body, content_type = multipart(xml, files)
    port = urlsplit(address).port
    assert port
    return load.run(
        port, post(address, body, content_type), body, connections=connections, seconds=seconds, expect=201
    )


def measure_nothing(xml: bytes, *, seconds: float) -> float:
    """How many of the same POSTs a second gunicorn and Flask answer when they store nothing."""
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.nothing", str(port)], stderr=subprocess.DEVNULL
    )
    try:
        time.sleep(2.5)
        address = f"http://127.0.0.1:{port}"
        return send(address, xml, {}, connections=16, seconds=seconds).per_second
    finally:
        server.terminate()
        server.wait()


def measure_intake(
    results: Results, fiche: Fiche, address: str, definition: Definition, *, seconds: float
) -> None:
    """Submissions a second and their latency, on an empty server."""
    xml = sheet(definition, random.Random(1), load.PLACEHOLDER.decode())
    assert fiche.process
    send(address, xml, {}, connections=4, seconds=1)
    for connections in (1, 4, 16, 32):
        before = processor_seconds(fiche.process.pid)
        measured = send(address, xml, {}, connections=connections, seconds=seconds)
        spent = processor_seconds(fiche.process.pid) - before
        assert not measured.failures, asdict(measured)
        results.note(
            f"submissions/s, {connections} connections", measured.per_second, "400" * (connections == 16)
        )
        results.note(f"  p95 ms, {connections} connections", measured.p95_ms, "60" * (connections == 16))
        results.note(f"  processor ms each, {connections} connections", 1000 * spent / measured.requests, "5")
        if connections == 16:
            nothing = measure_nothing(xml, seconds=seconds)
            results.note("  the same POST stored nowhere (gunicorn, Flask), /s", nothing)
            results.note("  share of that", measured.per_second / nothing, "0.7")
    measured = send(address, xml, {"groupe.jpg": PICTURE}, connections=16, seconds=seconds)
    assert not measured.failures, asdict(measured)
    results.note("submissions/s with a 200 KB picture, 16 connections", measured.per_second, "200")
    results.note("  p95 ms", measured.p95_ms)


def measure_form_list(results: Results, fiche: Fiche, address: str) -> None:
    """How long a phone waits for the list."""
    headers = {"X-OpenRosa-Version": "1.0"}
    results.note(
        "formList, ms (median of 200)",
        median_ms(lambda: session.get(f"{address}/formList", headers=headers, timeout=30), 200),
    )


session = requests.Session()
session.trust_env = False


def median_ms(call: Callable[[], requests.Response], times: int) -> float:
    """The median time of a call in milliseconds."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        call().raise_for_status()
        taken.append(time.perf_counter() - started)
    return sorted(taken)[times // 2] * 1000


def fill(fiche: Fiche, definition: Definition, sheets: int) -> None:
    """Store many sheets through the real intake, a thousand in a transaction."""
    storage, dice, now = storage_of(fiche), random.Random(7), datetime.now(UTC)
    for start in range(0, sheets, 1000):
        with storage.writing() as db:
            for _ in range(start, min(start + 1000, sheets)):
                receive(db, 1, Envelope(sheet(definition, dice)), now=now)
    storage.close()


def measure_workspace(results: Results, fiche: Fiche, first: dict[str, str], sheets: int) -> None:
    """The pages of coordinators and officers over a programme of many villages, in an installation of its own."""
    with contextlib.closing(storage_of(fiche)) as storage:
        fill_programme(storage, the_definition(fiche), sheets)
    fiche.run("rollup")  # or the server would go through them while its pages are measured
    measure_pages(fiche, first, results.note)


def measure_roll_up(results: Results, fiche: Fiche, sheets: int) -> None:
    """The first roll-up takes everything from raw XML; then only what changed."""
    results.note(
        f"roll-up from raw XML of {sheets} sheets and more, s",
        seconds_of(fiche.json("rollup", "--json")),
        "20",
    )
    storage = storage_of(fiche)
    with storage.writing() as db:
        for submission_id in random.Random(3).sample(range(1, sheets), 100):
            set_review_state(db, submission_id, "approved", now=datetime.now(UTC), actor_id=None)
    storage.close()
    results.note(
        "incremental roll-up of 100 changed sheets, s", seconds_of(fiche.json("rollup", "--json")), "1"
    )
    results.note(
        "roll-up --full, nothing changed, s", seconds_of(fiche.json("rollup", "--full", "--json")), "20"
    )


def seconds_of(run: dict[str, str]) -> float:
    """How long a recorded run took."""
    assert not run["error"], run
    ended, started = (datetime.fromisoformat(run[key]) for key in ("ended_at", "started_at"))
    return (ended - started).total_seconds()


def measure_full_server(
    results: Results, fiche: Fiche, address: str, definition: Definition, *, seconds: float
) -> None:
    """Intake again, with everything stored."""
    xml = sheet(definition, random.Random(2), load.PLACEHOLDER.decode())
    send(address, xml, {}, connections=4, seconds=1)
    measured = send(address, xml, {}, connections=16, seconds=seconds)
    nothing = measure_nothing(xml, seconds=seconds)
    connection = sqlite3.connect(str(storage_of(fiche).path))
    stored = connection.execute("SELECT COUNT(*) FROM submission").fetchone()[0]
    connection.close()
    results.note(f"submissions/s, 16 connections, {stored} stored", measured.per_second, "400")
    results.note("  p95 ms", measured.p95_ms, "60")
    results.note("  share of the same POST stored nowhere", measured.per_second / nothing, "0.7")


def measure_tallies(results: Results, fiche: Fiche, first: dict[str, str]) -> None:
    """How long a reader waits for a table."""
    account = {"email": first["email"], "password": first["password"]}
    answer = session.post(f"{fiche.address}/v1/sessions", json=account, timeout=30)
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    for by in ("sex,age_band", "region,sex,age_band", "month,village,activity,sex,age_band"):
        address = f"{fiche.address}/v1/tallies?by={by}&from=2020-01&to=2020-12"
        results.note(
            f"tallies by {by}, ms (median of 30)",
            median_ms(lambda address=address: session.get(address, headers=headers, timeout=30), 30),  # type: ignore[misc]
            "50",
        )


if __name__ == "__main__":
    main()
