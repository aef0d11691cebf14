"""How fast exports and feeds are: 50,000 submissions with 150,000 repeat rows, over HTTP from a real server."""

import time
from collections.abc import Callable

import requests

from forms.base.blobs import BlobStore
from server.store.database import Storage
from sync.odata.query import write_token
from tests.benchmarks.big_form import fill
from tests.benchmarks.processes import memory_mb, wait_for_rest
from tests.fiche_process import Fiche

SUBMISSIONS = 50_000
ROWS_EACH = 3
Note = Callable[[str, float, str], None]


def measure_exports(fiche: Fiche, first: dict[str, str], note: Note) -> None:
    """Fill a project of a stopped server, start it and read everything in every way."""
    storage = Storage(next((fiche.folder / "data").glob("*.db")))
    form = fill(
        storage, BlobStore(fiche.folder / "data" / "blobs"), submissions=SUBMISSIONS, rows_each=ROWS_EACH
    )
    storage.close()
    fiche.start()
    assert fiche.process
    wait_for_rest(fiche.process.pid)
    session = requests.Session()
    session.trust_env = False
    account = {"email": first["email"], "password": first["password"]}
    token = session.post(f"{fiche.address}/v1/sessions", json=account, timeout=30).json()["token"]
    session.headers.update({"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"})
    base = f"{fiche.address}/v1/projects/{form.project_id}/forms/grand"
    before = memory_mb(fiche.process.pid)
    for name, path, aim in (
        ("zip of CSVs", "/submissions.csv.zip", "3.5"),
        ("root CSV", "/submissions.csv", ""),
        ("OData Submissions", ".svc/Submissions", "3.5 with its repeat"),
        ("OData Submissions.membre", ".svc/Submissions.membre", ""),
        ("OData expanded", ".svc/Submissions?$expand=*", ""),
        ("JSON list", "/submissions", ""),
    ):
        first_ms, seconds = read_whole(session, f"{base}{path}")
        note(f"{name}, {SUBMISSIONS} submissions, s", seconds, aim)
        note("  first byte, ms", first_ms, "")
    note("memory that this took, all processes, MB", memory_mb(fiche.process.pid) - before, "150")
    for table in ("Submissions", "Submissions.membre"):
        for number in (SUBMISSIONS - 300, SUBMISSIONS // 2, 600):
            last = write_token(
                {"instanceId": f"uuid:{number:08}-0000-4000-8000-000000000000", "position": "1"}
            )
            taken = sorted(
                read_whole(session, f"{base}.svc/{table}?$top=250&$skiptoken={last}")[1] for _ in range(15)
            )
            note(f"{table}, page of 250 after sheet {number}, ms", taken[7] * 1000, "50")
    session.close()
    fiche.stop()


def read_whole(session: requests.Session, address: str) -> tuple[float, float]:
    """Milliseconds to the first byte, and seconds to the last."""
    started = time.perf_counter()
    with session.get(address, stream=True, timeout=120) as answer:
        answer.raise_for_status()
        chunks = answer.iter_content(65_536)
        next(chunks, b"")
        first = time.perf_counter() - started
        for _ in chunks:
            pass
    return first * 1000, time.perf_counter() - started
