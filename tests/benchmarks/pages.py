"""How long people wait for their pages with 100,000 sheets stored, and what that costs the server's processor.

Over HTTP from a real server, every filter of the inbox alone and combined; cold (the first time) and warm.
"""

import re
import time
from collections.abc import Callable

import requests

from tests.benchmarks.processes import processor_seconds
from tests.fiche_process import Fiche

Note = Callable[[str, float, str], None]
AIM = "100"
TIMES = 12
LISTS = {
    "the first page": "",
    "all states": "state=",
    "one region": "state=&place=Kayes",
    "an animator": "state=&animator={animator}",
    "a month of events, one activity, a village": "state=&month=2020-06&activity=causerie&place=Kayes+village+7",
    "received in May, to be corrected": "state=hasIssues&from=2020-05-01&to=2020-05-31",
    "any open flag": "state=&flag=any",
    "one rule, not yet decided": "flag=unusual_size",
    "a search of two words": "state=&q=kayes+awa",
    "a search that finds nothing": "state=&q=xyzzy",
    "by people": "state=&order=people",
    "by day of the event, an activity": "state=&order=event&activity=theatre_forum",
    "everything at once": "place=Kayes&animator={animator}&month=2020-06&activity=causerie&flag=any&order=people",
}
MONTH = "/projects/1/compilations/TAGNE/2020-03"
PAGES = {
    "months of every CSO": "/projects/1/compilations",
    "compilation sheet of the largest CSO's month": MONTH,
    "the same, verified": f"{MONTH}?status=verified",
    "sheets behind one of its numbers": f"{MONTH}/sheets?block=sessions&column=f&status=provisional",
    "compilation sheet of a small CSO's month": "/projects/1/compilations/CAEB/2020-03",
    "counts, first view": "/projects/1/counts",
    "counts of a year": "/projects/1/counts?from=2020-01&to=2020-12",
    "counts by village": "/projects/1/counts?rows=village",
    "counts by region and activity": "/projects/1/counts?rows=region,activity",
    "counts of one activity": "/projects/1/counts?activity=causerie",
    "sheets behind one count": "/projects/1/counts/sheets?status=verified&region=KAY&sex=F&age_band=18%2B",
    "plan": "/projects/1/plan",
    "reminders": "/projects/1/reminders",
}
SLOW = {"counts by month, village and activity": "/projects/1/counts?rows=month,village,activity"}
"""Tables of tens of thousands of lines: measured few times."""


def measure_pages(fiche: Fiche, first: dict[str, str], note: Note) -> None:
    """Start a server over a programme that is stored and rolled up, and look at the pages."""
    fiche.start()
    officer = signed_in(fiche, first["email"], first["password"])
    phones = officer.get(f"{fiche.address}/v1/projects/1/app-users", timeout=60).json()
    animator = next(phone["id"] for phone in phones if phone["displayName"] == "Awa Tagne 3")
    for who, session in (("officer", officer), ("coordinator", coordinator(fiche))):
        for name, filters in LISTS.items():
            path = f"/projects/1/sheets?{filters.format(animator=animator)}"
            tell(note, fiche, session, f"inbox of a {who}, {name}", path)
        for name in ("compilation sheet of the largest CSO's month", "months of every CSO"):
            tell(note, fiche, session, f"{name}, {who}", PAGES[name])
    base = f"{fiche.address}/projects/1/sheets?state="
    page = officer.get(base, timeout=60).text
    tell(note, fiche, officer, "the inbox's 20th page", follow(officer, fiche.address, base, 20))
    tell(note, fiche, officer, "one sheet", links(page)[0])
    for name, path in PAGES.items():
        tell(note, fiche, officer, name, path)
    for name, path in SLOW.items():
        tell(note, fiche, officer, name, path, times=3)
    fiche.stop()


def tell(
    note: Note, fiche: Fiche, session: requests.Session, name: str, path: str, *, times: int = TIMES
) -> None:
    """Note a page: the median wait, the first, the processor time of one, its kilobytes as they were sent."""
    assert fiche.process
    taken = []
    spent = 0.0
    for number in range(times):
        before, started = processor_seconds(fiche.process.pid), time.perf_counter()
        answer = session.get(fiche.address + path, timeout=120)
        taken.append((time.perf_counter() - started) * 1000)
        spent += processor_seconds(fiche.process.pid) - before if number else 0
        answer.raise_for_status()
    note(f"{name}, ms", sorted(taken[1:])[(times - 1) // 2], AIM)
    note("  processor ms", 1000 * spent / (times - 1), AIM)
    note("  the first time, ms", taken[0], "")
    note("  over the line, KB", int(answer.headers["Content-Length"]) / 1000, "30")


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
    link = fiche.json("people", "add", "awa@osc.ml", "--cso", "TAGNE", "--json")["invitation_url"]
    password = "Un mot de passe 9"
    session = requests.Session()
    session.trust_env = False
    session.post(link, data={"new": password, "again": password}, timeout=30)
    return signed_in(fiche, "awa@osc.ml", password)


def links(page: str) -> list[str]:
    """The sheets of a page."""
    return [element.replace("&amp;", "&") for element in re.findall(r'class="open" href="([^"]+)"', page)]


def follow(session: requests.Session, host: str, address: str, times: int) -> str:
    """The path of a page further down, by its own links."""
    path = address
    for _ in range(times):
        page = session.get(address, timeout=60).text
        found = re.search(r'href="([^"]+)" rel="next"', page)
        assert found, address
        path = f"/projects/1/sheets{found[1].replace('&amp;', '&')}"
        address = host + path
    return path
