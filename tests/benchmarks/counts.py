"""How long an officer waits for the page of counts, its workbook and the sheets behind a number, all sheets stored."""

import time
from collections.abc import Callable

import requests

from tests.fiche_process import Fiche

Note = Callable[[str, float, str], None]
VIEWS = (
    ("first view", ""),
    ("by village", "?rows=village"),
    ("activity and village by month", "?rows=activity,village&columns=month"),
    ("workbook", "/file?format=xlsx"),
    ("sheets behind everything", "/sheets?status=provisional"),
    ("sheets behind one cell", "/sheets?status=verified&region=KAY&sex=F&age_band=18%2B"),
)


def measure_counts(fiche: Fiche, first: dict[str, str], note: Note) -> None:
    """Ask a running, filled server for each view as a browser does."""
    session = requests.Session()
    session.trust_env = False
    account = {"email": first["email"], "password": first["password"]}
    token = session.post(f"{fiche.address}/v1/sessions", json=account, timeout=30).json()["token"]
    session.headers.update({"Authorization": f"Bearer {token}", "Accept-Language": "fr"})
    for name, path in VIEWS:
        taken = []
        for _ in range(15):
            started = time.perf_counter()
            answer = session.get(f"{fiche.address}/projects/1/counts{path}", timeout=60)
            taken.append(time.perf_counter() - started)
            answer.raise_for_status()
        note(f"counts, {name}, ms (median of 15)", sorted(taken)[7] * 1000, "100")
    session.close()
