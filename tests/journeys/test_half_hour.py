"""The coordinator's half hour, as one story: what came in, what is wrong, what is missing, and the month is signed.

On a phone in French and on a laptop in English; every page on the way is looked at as users would: nothing sticks out
of the window, nothing keeps somebody out who does not see or uses the keyboard, the browser complains of nothing
and asks nothing of another host.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from forms.catalogue.definitions import find_form, load_definition
from forms.definition.definition import Definition
from server.store.database import Storage
from tests.fiche_process import Fiche
from tests.journeys.accessible import kept_out
from tests.journeys.visitor import PASSWORD, fits, watched
from tests.journeys.web_form import press_send, rows, write
from tests.phone import Phone
from tests.sheet_writer import filled

MONTH = "2020-03"
SESSION: dict[str, object] = {
    "osc": "tagne", "statut_seance": "oui", "village": "T-DID1", "commune": "KOU-KOL-DID", "milieu": "hors_ecole",
    "date_seance": f"{MONTH}-20", "type_activite": "causerie", "programme": "non", "lieu": "place_publique",
    "role_animation": "animateur_osc", "theme": "vbg", "duree_min": 90, "n_hommes": 11, "n_femmes": 22,
    "n_garcons": 0, "n_filles": 4, "saisie_papier": "non",
}  # fmt: skip
CORRECTABLE = f"""
    SELECT s.instance_id, f.n_hommes + f.n_femmes + f.n_garcons, f.n_filles
    FROM submission AS s JOIN sheet_seance_sensibilisation AS f ON f.submission_id = s.id
    WHERE s.cso = 'tagne' AND s.review_state IS NULL AND f.statut_seance = 'oui' AND f.nombre_confirme IS NULL
        AND f.total_fiche IS NULL AND f.photo IS NULL AND f.n_filles > 2 AND f.n_total < 60
        AND f.type_activite = 'causerie' AND f.date_seance > '{MONTH}-19'
    ORDER BY s.id LIMIT 1
"""
"""Its instanceID, the three other cells together, and its girls."""


@dataclass
class Place:
    """A server with the demonstration month, and a phone of TAGNE."""

    fiche: Fiche
    phone: Phone
    definition: Definition

    def send(self, name: str, **answers: object) -> None:
        """A session sheet goes out from the phone, and is counted."""
        self.phone.send(filled(self.definition, {**SESSION, **answers}, instance_id=f"uuid:{name}"))

    @property
    def sheets(self) -> str:
        """Where sheets of sessions are."""
        return f"{self.fiche.address}/projects/1/sheets/seance_sensibilisation"

    @property
    def month(self) -> str:
        """The compilation sheet of TAGNE's month."""
        return f"{self.fiche.address}/projects/1/compilations/TAGNE/{MONTH}"


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """The demonstration month, and from one phone: two sheets of one event, and one whose total does not close."""
    fiche = Fiche(tmp_path / "fiche")
    fiche.init((MONTH, 400))
    storage = Storage(next((fiche.folder / "data").glob("*.db")))
    with storage.reading() as db:
        form = find_form(db, 1, "seance_sensibilisation")
        assert form
        assert form.current_definition_id
        definition = load_definition(db, form.current_definition_id)
    storage.close()
    url = fiche.json("app-user", "add", "Kadia Traoré", "--cso", "TAGNE", "--json")["server_url"]
    fiche.start()
    place = Place(fiche, Phone(str(url), tmp_path / "phone"), definition)
    place.send("one")
    place.send("another", n_femmes=25, lieu="ecole")
    place.send("total", date_seance=f"{MONTH}-21", saisie_papier="oui", total_fiche=40)
    fiche.run("rollup")
    yield place
    fiche.kill()


KINDS = """() => [...document.querySelectorAll("*")].map((each) => [
    each.tagName, each.className, each.getAttribute("role"), ...each.getAttributeNames()].join())"""
"""What a page is made of, whatever its texts: kinds of elements with their classes, roles and attributes."""


@dataclass
class Desk:
    """Somebody at a browser."""

    place: Place
    page: Page
    complaints: list[str]
    language: str
    kinds_seen: set[str] = field(default_factory=set)

    def look(self) -> None:
        """The page that is open is one that everybody can use."""
        page = self.page
        where = page.url
        assert page.locator("html").get_attribute("lang") == self.language, where
        assert fits(page), where
        kinds = set(page.evaluate(KINDS))
        if not kinds <= self.kinds_seen:  # the tenth sheet is made of what the first was made of
            assert kept_out(page) == [], where
            self.kinds_seen |= kinds

    def press(self, what: Locator | str) -> None:
        """Press, wait for the page that follows, and look at it."""
        with self.page.expect_navigation():
            (self.page.locator(what) if isinstance(what, str) else what).first.click()
        self.look()

    def go(self, address: str) -> None:
        """Open an address, and look at it."""
        self.page.goto(address)
        self.look()

    def menu(self, page: str) -> None:
        """By the menu."""
        wide = self.page.locator("nav.menu").is_visible()
        if not wide:
            self.page.click(".menu-small summary")
        self.press(f"{'nav.menu' if wide else '.menu-small'} a[href$='/projects/1/{page}']")


def sit_down(place: Place, browser: Browser, name: str, *, role: str, width: int, locale: str) -> Desk:
    """Somebody chooses a password, and is signed out again."""
    cso = ["--cso", "TAGNE"] if role == "coordinator" else []
    link = place.fiche.json("people", "add", f"{name}@osc.ml", "--role", role, *cso, "--json")[
        "invitation_url"
    ]
    context: BrowserContext = browser.new_context(viewport={"width": width, "height": 900}, locale=locale)
    desk = Desk(place, context.new_page(), watched(context, place.fiche), locale[:2])
    desk.go(link)
    desk.page.fill("input[name=new]", PASSWORD)
    desk.page.fill("input[name=again]", PASSWORD)
    desk.press("main button")
    desk.press("header form[action='/sign-out'] button")
    return desk


def sign_in(desk: Desk, name: str) -> None:
    """From the first page."""
    desk.go(desk.place.fiche.address)
    desk.press("header a[href='/sign-in']")
    desk.page.fill("input[name=email]", f"{name}@osc.ml")
    desk.page.fill("input[name=password]", PASSWORD)
    desk.press("main button")


def digits(text: str) -> int:
    """A number as a page writes it."""
    return int(re.sub(r"\D", "", text) or 0)


def waiting(page: Page) -> int:
    """How many sheets of the list are to be decided."""
    return digits(page.locator(".tabs a strong").first.inner_text())


def review_ten_sheets(desk: Desk) -> None:
    """One after another: seven are approved, two sent back, one rejected."""
    page = desk.page
    desk.menu("sheets")
    page.locator("form.filters details summary").click()
    page.select_option("select[name=flag]", "none")
    page.fill("input[name=event_from]", f"{MONTH}-01")
    page.fill("input[name=event_to]", f"{MONTH}-19")
    desk.press("form.filters .fields button")
    listed, before = page.url, waiting(page)
    assert before > 10
    desk.press("a.open")
    desk.press("a[href*='then=next']")
    decisions = ["approved"] * 4 + ["hasIssues", "approved", "rejected", "approved", "hasIssues", "approved"]
    seen = []
    for number, decision in enumerate(decisions, start=1):
        seen.append(page.url.partition("?")[0])
        if decision != "approved":
            page.fill("#decide textarea[name=reason]", f"Motif {number}")
        desk.press(f"#decide button[value={decision}]")
        expect(page.locator("[role=status]")).to_be_visible()
    assert len(set(seen)) == 10
    desk.go(seen[4])
    expect(page.locator("main .chip").first).to_have_class(re.compile("warn"))
    expect(page.locator(".timeline")).to_contain_text("Motif 5")
    desk.go(listed)
    assert waiting(page) == before - 10


def correct_a_number(desk: Desk) -> None:
    """In the real form: one girl more, and the total follows; the first version stays in the history."""
    page = desk.page
    [(instance, others, girls)] = rows(desk.place.fiche, CORRECTABLE)
    desk.go(f"{desk.place.sheets}/{instance}")
    assert isinstance(others, int)
    assert isinstance(girls, int)
    page.locator("a[href$='/correct']").click()
    expect(page.locator(".odk-form")).to_be_visible(timeout=30_000)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    write(page, "Filles (5 à 17 ans)" if desk.language == "fr" else "Girls (5–17)", str(girls + 1))
    expect(page.locator(".odk-form")).to_contain_text(re.compile(rf"Total\s?: {others + girls + 1}"))
    press_send(page)
    page.fill("#reason", "Une fille de plus sur la liste.")
    with page.expect_navigation():
        page.click("#send")
    desk.look()
    assert digits(page.locator(".cells .total strong").inner_text()) == others + girls + 1
    told = page.locator(".timeline")
    expect(told).to_contain_text("Une fille de plus sur la liste.")
    expect(told).to_contain_text(f"{girls} → {girls + 1}")


def resolve_a_duplicate(desk: Desk) -> None:
    """Side by side: only what differs is marked, and the second sheet is rejected."""
    page = desk.page
    desk.menu("sheets")
    page.fill("input[name=q]", "Kadia")
    desk.press("form.filters .row button")
    assert page.locator(".sheets li").count() == 3
    desk.press("a.open[href*='another']")
    desk.press("#flags a[href*='/beside/']")
    assert page.locator("tr.differs").count() >= 2
    desk.press("button[value=other]")
    expect(page.locator(".timeline")).to_contain_text("uuid:one")
    assert page.locator(".flag-box.open").count() == 0


def decide_a_flag(desk: Desk) -> None:
    """The total on paper is wrong, the cells are right: accepted, with the reason."""
    page = desk.page
    desk.go(f"{desk.place.sheets}/uuid:total")
    flag = page.locator(".flag-box.open", has_text="40")
    flag.locator("summary").click()
    flag.locator("textarea").fill("La fiche papier a été relue.")
    desk.press(flag.locator("button[value=accepted]"))
    expect(page.locator("#flags")).to_contain_text("La fiche papier a été relue.")


def see_what_is_missing(desk: Desk) -> None:
    """The plan tells how many did not come; the reminders name them, each with its animator."""
    page = desk.page
    desk.menu("plan")
    page.select_option("select[name=month]", MONTH)
    desk.press("form.search button")
    missing = digits(page.locator(".figures strong").nth(2).inner_text())
    assert missing > 0
    desk.press("section a[href*='/reminders']")
    assert digits(page.locator(".figures strong").first.inner_text()) == missing
    counts = page.locator("section[aria-labelledby=missing] tbody tr td:nth-of-type(3)").all_inner_texts()
    assert sum(digits(count) for count in counts) == missing
    assert page.locator("textarea.message").count() > 0


def total_of_sessions(page: Page) -> Locator:
    """The number of all participations of the month."""
    headings = page.locator("#sessions thead tr").last.locator("th").all_inner_texts()
    return page.locator("#sessions tr.total").last.locator("td").nth(headings.index("Total") - 1)


def sign_the_month(desk: Desk) -> int:
    """The compilation sheet is opened, a number followed to its sheets, and the month submitted; gives the number."""
    page = desk.page
    desk.menu("compilations")
    desk.press(f"main a[href$='/TAGNE/{MONTH}']")
    if page.locator("form[action$='/recount']").count():
        desk.press("form[action$='/recount'] button")
    number = total_of_sessions(page)
    told = digits(number.inner_text())
    desk.press(number.locator("a"))
    parts = page.locator(".behind tbody tr:not(.total) .count").all_inner_texts()
    assert (
        sum(digits(part) for part in parts)
        == digits(page.locator(".behind .total .count").inner_text())
        == told
    )
    desk.press(".back a")
    page.fill("#sign textarea", "Une séance n’est pas encore reçue.")
    for box in page.locator("#sign input[name=undecided]").all():
        box.check()
    desk.press("#sign form[action$='/submit'] button")
    expect(page.locator("[role=status]")).to_be_visible()
    return told


def validate_and_download(officer: Desk, told: int) -> str:
    """The officer reads the remark, validates, and takes the files away; gives the snapshot's digest."""
    page = officer.page
    officer.menu("compilations")
    officer.press(f"main a[href$='/TAGNE/{MONTH}']")
    expect(page.locator(".history").last).to_contain_text("Une séance n’est pas encore reçue.")
    assert digits(total_of_sessions(page).inner_text()) == told
    for box in page.locator("#sign input[name=undecided]").all():
        box.check()
    officer.press("#sign form[action$='/validate'] button")
    files = {}
    for name in ("xlsx", "pdf"):
        link = page.locator(f"a[href*='format={name}']").get_attribute("href") or ""
        files[name] = page.context.request.get(f"{officer.place.fiche.address}{link}").body()
    places = openpyxl.load_workbook(BytesIO(files["xlsx"])).worksheets[1]
    headings = [cell.value for cell in places[4]]
    column = headings.index("Total")
    assert [row[column] for row in places.iter_rows(min_row=5, values_only=True) if row[0] == "Total"] == [
        told
    ]
    assert files["pdf"].startswith(b"%PDF-")
    assert files["pdf"].rstrip().endswith(b"%%EOF")
    return page.locator(".history small").first.inner_text()


def receive_a_late_sheet(desk: Desk, told: int, digest: str) -> None:
    """It stands under adjustments in the month in which it came; the signed month says what it said."""
    page = desk.page
    desk.place.send("late", date_seance=f"{MONTH}-25", n_hommes=0, n_femmes=31, n_filles=0)
    desk.place.fiche.run("rollup")
    desk.go(desk.place.month)
    assert digits(total_of_sessions(page).inner_text()) == told
    assert page.locator(".history small").first.inner_text() == digest
    changed = page.locator("section[aria-labelledby=changed]")
    expect(changed.locator("li a")).to_have_count(1)
    now = datetime.now(UTC)
    desk.press(changed.locator(f"a[href$='/{now:%Y-%m}#adjustments']"))
    expect(page.locator("#adjustments")).to_contain_text("31")
    desk.press("#adjustments tbody td a")
    desk.press(".behind th a")
    assert digits(page.locator(".cells .total strong").inner_text()) == 31


def give_back(officer: Desk, desk: Desk) -> None:
    """The officer reopens the month with a reason, and the coordinator reads it; the late sheet is in its number."""
    page = desk.page
    officer.go(officer.place.month)
    officer.page.fill("#sign form[action$='/reopen'] textarea", "Une fiche est arrivée après la clôture.")
    officer.press("#sign form[action$='/reopen'] button")
    desk.menu("compilations")
    desk.press(f"main a[href$='/TAGNE/{MONTH}']")
    expect(page.locator("ol.history").last).to_contain_text("Une fiche est arrivée après la clôture.")
    assert page.locator("#sign form[action$='/submit']").count() == 1


@pytest.mark.parametrize(("width", "locale"), [(360, "fr-FR"), (1280, "en-GB")])
def test_a_coordinator_is_done_in_half_an_hour(
    place: Place, browser: Browser, width: int, locale: str
) -> None:
    desk = sit_down(place, browser, "awa", role="coordinator", width=width, locale=locale)
    officer = sit_down(place, browser, "officer", role="manager", width=width, locale=locale)
    sign_in(desk, "awa")
    review_ten_sheets(desk)
    correct_a_number(desk)
    resolve_a_duplicate(desk)
    decide_a_flag(desk)
    see_what_is_missing(desk)
    told = sign_the_month(desk)
    sign_in(officer, "officer")
    digest = validate_and_download(officer, told)
    receive_a_late_sheet(desk, told, digest)
    give_back(officer, desk)
    assert digits(total_of_sessions(desk.page).inner_text()) == told + 31
    assert (desk.complaints, officer.complaints) == ([], [])
