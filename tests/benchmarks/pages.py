"""How long a coordinator waits for her pages with 100,000 sheets stored, over HTTP from a real server.

Every filter alone and combined, the last page of the list, and one sheet; cold (the first time after the server
started) and warm.
"""

import random
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime

import requests

from server.app_users import add_app_user
from server.database import Storage
from tests.fiche_process import Fiche

Note = Callable[[str, float, str], None]
CSOS = ("tagne", "apsef", "mpdl", "apdf")
AIM = "100"
LISTS = {
    "the first page": "",
    "all states": "state=",
    "one region": "state=&place=Kayes",
    "an animator": "state=&animator={animator}",
    "a month of events, one activity, a village": "state=&month=2020-06&activity=causerie&place=Yel",
    "received in May, to be corrected": "state=hasIssues&from=2020-05-01&to=2020-05-31",
    "any open flag": "state=&flag=any",
    "one rule, not yet decided": "flag=outlier",
    "a search of two words": "state=&q=yel+awa",
    "a search that finds nothing": "state=&q=xyzzy",
    "by people": "state=&order=people",
    "by day of the event, an activity": "state=&order=event&activity=theatre_forum",
    "everything at once": "place=Kayes&animator={animator}&month=2020-06&activity=causerie&flag=any&q=yel&order=people",
}
SPREAD = (
    """
    UPDATE submission SET
        created_at = strftime('%Y-%m-%dT%H:%M:%fZ', '2020-01-01', (abs(id * 2654435761) % 525600) || ' minutes'),
        cso = CASE abs(id * 40503) % 10 WHEN 0 THEN 'apsef' WHEN 1 THEN 'mpdl' WHEN 2 THEN 'apdf' ELSE 'tagne' END,
        submitter_id = :first + abs(id * 97) % :phones,
        review_state = CASE WHEN id % 20 < 2 THEN NULL WHEN id % 20 = 2 THEN 'edited'
            WHEN id % 20 = 3 THEN 'hasIssues' WHEN id % 20 = 4 THEN 'rejected' ELSE 'approved' END
    """,
    """
    UPDATE sheet_summary SET created_at = s.created_at, submitter_id = s.submitter_id
    FROM submission AS s WHERE s.id = sheet_summary.submission_id
    """,
    "DELETE FROM finding",
    """
    INSERT INTO finding (submission_id, rule, path, details)
    SELECT id, CASE id % 3 WHEN 0 THEN 'outlier' WHEN 1 THEN 'late' ELSE 'duplicate' END, '', '{}'
    FROM submission WHERE id % 8 = 0
    """,
)
"""Sheets that came all at once, spread over a year, four CSOs, forty phones, five states and three rules."""
PHONES = 40


def spread(storage: Storage) -> None:
    """Make a year's work of the sheets that are stored."""
    with storage.writing() as db:
        now = datetime.now(UTC)
        phones = [
            add_app_user(
                db, project_id=1, display_name=f"Awa {number}", cso=random.choice(CSOS).upper(), now=now
            )[0]
            for number in range(PHONES)
        ]
        for statement in SPREAD:
            facts = {"first": phones[0], "phones": PHONES}
            db.execute(statement, {key: facts[key] for key in facts if f":{key}" in statement})


def measure_pages(fiche: Fiche, first: dict[str, str], note: Note) -> None:
    """Spread the sheets of a stopped server, start it, and look at the pages."""
    storage = Storage(next((fiche.folder / "data").glob("*.db")))
    spread(storage)
    with storage.reading() as db:
        [animator] = db.execute("SELECT MIN(id) FROM account WHERE display_name = 'Awa 3'").fetchone()
    fiche.start()
    for who, session in (
        ("officer", signed_in(fiche, first["email"], first["password"])),
        ("coordinator", coordinator(fiche)),
    ):
        for name, filters in LISTS.items():
            address = f"{fiche.address}/projects/1/sheets?{filters.format(animator=animator)}"
            cold, warm, size = measured(session, address)
            note(f"inbox of a {who}, {name}, ms", warm, AIM)
            note("  the first time, ms", cold, "")
            note("  over the line, KB", size, "30")
    session = signed_in(fiche, first["email"], first["password"])
    base = f"{fiche.address}/projects/1/sheets?state="
    page = session.get(base, timeout=60).text
    for name, address in (
        ("the list's 20th page", follow(session, fiche.address, base, 20)),
        ("one sheet", fiche.address + links(page)[0]),
    ):
        cold, warm, size = measured(session, address)
        note(f"{name}, ms", warm, AIM)
        note("  the first time, ms", cold, "")
        note("  over the line, KB", size, "30")
    fiche.stop()


def measured(session: requests.Session, address: str) -> tuple[float, float, float]:
    """Milliseconds of the first answer and the median of the next, and its kilobytes as they were sent."""
    taken = []
    for _ in range(12):
        started = time.perf_counter()
        answer = session.get(address, timeout=60)
        answer.raise_for_status()
        taken.append((time.perf_counter() - started) * 1000)
        size = int(answer.headers["Content-Length"]) / 1000
    return taken[0], sorted(taken[1:])[5], size


def signed_in(fiche: Fiche, email: str, password: str) -> requests.Session:
    """A person who is signed in, by the token of a session."""
    session = requests.Session()
    session.trust_env = False
    account = {"email": email, "password": password}
    answer = session.post(f"{fiche.address}/v1/sessions", json=account, timeout=30)
    session.headers.update({"Authorization": f"Bearer {answer.json()['token']}", "Accept-Language": "fr"})
    return session


def coordinator(fiche: Fiche) -> requests.Session:
    """The coordinator of the CSO that has seven sheets of ten."""
    fiche.run("cso", "add", "TAGNE", "Association Tagné", check=False)  # a further run finds it there
    link = fiche.json("people", "add", "awa@osc.ml", "--cso", "TAGNE", "--json")["invitation_url"]
    password = "Un mot de passe 9"
    session = requests.Session()
    session.trust_env = False
    session.post(link, data={"new": password, "again": password}, timeout=30)
    return signed_in(fiche, "awa@osc.ml", password)


def links(page: str) -> list[str]:
    """The sheets of a page."""
    return [each.replace("&amp;", "&") for each in re.findall(r'class="open" href="([^"]+)"', page)]


def follow(session: requests.Session, host: str, address: str, times: int) -> str:
    """The address of a page further down, by its own links."""
    for _ in range(times):
        page = session.get(address, timeout=60).text
        found = re.search(r'href="([^"]+)" rel="next"', page)
        assert found, address
        address = f"{host}/projects/1/sheets{found[1].replace('&amp;', '&')}"
    return address
