"""Half an hour of a coordinator: she filters, saves a view, decides on ten sheets, settles flags and a duplicate."""

import csv
import io
import random
import re

import pytest
from playwright.sync_api import Browser, expect

from server.web.asset import asset
from tests.fiche_process import Fiche
from tests.journeys.accessible import kept_out
from tests.journeys.inbox_server import WIDTHS, fiche, inbox, sheet_address, total
from tests.journeys.visitor import coordinator, fits, press

__all__ = ["fiche", "inbox"]


@pytest.mark.parametrize(("width", "locale"), [(360, "fr-FR"), (1280, "en-GB")])
def test_nothing_keeps_anybody_from_using_the_pages(
    fiche: Fiche, browser: Browser, inbox: str, width: int, locale: str
) -> None:
    page, complaints = coordinator(
        fiche, browser, f"axe{width}{locale[:2]}@osc.ml", width=width, locale=locale, bypass_csp=True
    )
    for address in (
        f"{inbox}?state=&flag=any&place=Kolokani",
        sheet_address(inbox, "edited"),
        sheet_address(inbox, "wrong total"),
        f"{inbox}/all?state=todo",
        f"{fiche.address}/projects/1/sheet-views",
    ):
        page.goto(address)
        assert fits(page), address
        assert kept_out(page) == [], address
        assert page.locator("html").get_attribute("lang") == locale[:2]
    page.goto(sheet_address(inbox, "one"))
    press(page, "a[href*='/beside/'] >> nth=0")
    assert fits(page)
    assert kept_out(page) == []
    assert complaints == []


def test_filters_combine_stand_in_the_address_and_are_taken_away_one_by_one(
    fiche: Fiche, browser: Browser, inbox: str
) -> None:
    page, complaints = coordinator(fiche, browser, "filtre@osc.ml")
    page.goto(f"{inbox}?state=")
    everything = total(page)
    page.click("main details summary")
    page.fill("input[name=place]", "didieni")
    page.select_option("select[name=animator]", label="=Kadia Traoré")
    page.fill("input[name=month]", "2020-02")
    press(page, "form.filters .fields button")
    assert "place=didieni" in page.url
    assert total(page) == 3
    assert page.locator(".sheets li").count() == 3
    expect(page.locator(".chips.active .chip")).to_have_count(3)
    press(page, ".chips.active .chip a >> nth=0")
    assert total(page) == 4
    press(page, ".chips.active > li > a >> nth=-1")
    assert total(page) == everything
    page.fill("input[name=q]", "nonkon kadia")
    press(page, "form.filters .row button")
    assert total(page) == 1
    page.goto(f"{inbox}?state=&event_to=2020-02-12")
    assert total(page) == 2
    page.goto(f"{inbox}?state=&order=people")
    people = [int(text) for text in page.locator(".people b").all_inner_texts()]
    assert people == sorted(people, reverse=True)
    assert complaints == []


def test_the_list_goes_on_and_back_by_pages(fiche: Fiche, browser: Browser, inbox: str) -> None:
    page, _ = coordinator(fiche, browser, "pages@osc.ml")
    page.goto(f"{inbox}?state=")
    first = page.locator("a.open").first.get_attribute("href")
    press(page, "a[rel=next]")
    assert page.locator("a.open").first.get_attribute("href") != first
    press(page, "a[rel=prev]")
    assert page.locator("a.open").first.get_attribute("href") == first


def test_the_search_finds_an_activity_by_the_name_that_the_list_shows(
    fiche: Fiche, browser: Browser, inbox: str
) -> None:
    page, _ = coordinator(fiche, browser, "cherche@osc.ml")
    page.goto(f"{inbox}?state=&activity=causerie")
    filtered = total(page, 1)
    assert filtered > 0
    page.goto(f"{inbox}?state=&q=Educative")
    assert total(page, 1) == filtered


def test_a_view_is_saved_opens_first_is_renamed_and_forgotten(
    fiche: Fiche, browser: Browser, inbox: str
) -> None:
    page, _ = coordinator(fiche, browser, "vues@osc.ml")
    page.goto(f"{inbox}?state=&month=2020-02")
    page.click("details.inline summary")
    page.fill("details.inline input[name=name]", "Février")
    press(page, "details.inline button")
    expect(page.locator(".views a").first).to_have_text("Février")
    press(page, ".views a.quiet")
    press(page, "form[action$='/default'] button")
    page.goto(inbox)
    assert "month=2020-02" in page.url
    assert total(page) == 4
    press(page, ".views a.quiet")
    page.fill("input[name=name]", "Février 2020")
    press(page, "form[action$='/rename'] button")
    expect(page.locator(".view strong")).to_have_text("Février 2020")
    press(page, "form[action$='/delete'] button")
    page.goto(inbox)
    assert "month" not in page.url


def test_the_list_is_taken_away_as_a_file_without_formulas(
    fiche: Fiche, browser: Browser, inbox: str
) -> None:
    page, _ = coordinator(fiche, browser, "fichier@osc.ml")
    answer = page.context.request.get(f"{inbox}/list.csv?state=&month=2020-02")
    rows = list(csv.DictReader(io.StringIO(answer.body().decode("utf-8-sig")), delimiter=";"))
    assert [row["Numéro de la fiche"] for row in rows] == [
        "uuid:wrong total",
        "uuid:another",
        "uuid:edited",
        "uuid:one",
    ]
    assert {row["Animatrice, animateur"] for row in rows} == {"'=Kadia Traoré"}
    assert (rows[3]["Cercle"], rows[3]["Filles"], rows[3]["Personnes présentes"]) == ("Kolokani", "4", "37")


def test_everything_that_a_filter_finds_is_decided_on_at_once_and_taken_back(
    fiche: Fiche, browser: Browser, inbox: str
) -> None:
    page, _ = coordinator(fiche, browser, "tout@osc.ml")
    before = total(page, 0)
    page.goto(f"{inbox}/all?state=todo&from=2020-03-01")
    count = page.locator("input[name=sheet]").count()
    assert count > 5
    press(page, "button[value=hasIssues]")
    expect(page.locator("[role=alert]")).to_be_visible()
    press(page, "button[value=approved]")
    expect(page.locator("[role=status]")).to_contain_text(f"{count} fiches")
    page.goto(f"{inbox}?state=todo")
    assert total(page, 0) == before - count
    page.go_back()
    press(page, "[role=status] button")
    page.goto(f"{inbox}?state=todo")
    assert total(page, 0) == before


def test_the_list_is_worked_through_with_the_keyboard_alone(
    fiche: Fiche, browser: Browser, inbox: str
) -> None:
    page, complaints = coordinator(fiche, browser, "clavier@osc.ml")
    before = total(page, 0)
    page.keyboard.press("?")
    expect(page.locator("dialog")).to_be_visible()
    page.keyboard.press("a")
    assert total(page, 0) == before  # nothing is decided behind the help
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("axc")
    expect(page.locator("input[name=q]")).to_have_value("axc")
    assert page.locator("input[name=sheet]:checked").count() == 0
    page.fill("input[name=q]", "")
    page.locator("h1").click()
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("#ticked-count")).to_have_text("Cochées : 2")
    with page.expect_navigation():
        page.keyboard.press("a")
    assert total(page, 0) == before - 2
    with page.expect_navigation():
        page.keyboard.press("u")
    assert total(page, 0) == before
    page.keyboard.press("j")
    page.keyboard.press("c")
    page.keyboard.type("Vérifiez les cases.")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    assert total(page, 0) == before - 1
    with page.expect_navigation():
        page.keyboard.press("u")
    assert complaints == []


@pytest.mark.parametrize("width", WIDTHS)
def test_ten_sheets_are_decided_on_one_after_the_other(
    fiche: Fiche, browser: Browser, inbox: str, width: int
) -> None:
    page, _ = coordinator(fiche, browser, f"dix{width}@osc.ml", width=width)
    page.goto(f"{inbox}?from=2020-03-01")
    before = total(page, 0)
    press(page, "a.open >> nth=0")
    press(page, "a[href*='then=next']")
    seen, batches = set(), []
    for _ in range(10):
        assert page.url.partition("?")[0] not in seen
        seen.add(page.url.partition("?")[0])
        press(page, "button[value=approved]")
        expect(page.locator("[role=status]")).to_be_visible()
        assert "from=2020-03-01" in page.url
        batches.append(page.locator("[data-undo] input[name=batch]").get_attribute("value"))
    page.goto(f"{inbox}?from=2020-03-01")
    assert total(page, 0) == before - 10
    csrf = page.locator("input[name=csrf]").first.get_attribute("value")
    for batch in batches:
        page.context.request.post(f"{inbox}/undo", form={"csrf": str(csrf), "batch": str(batch)})
    page.goto(f"{inbox}?from=2020-03-01")
    assert total(page, 0) == before


def test_a_flag_is_decided_on_with_a_reason_and_opened_again(
    fiche: Fiche, browser: Browser, inbox: str
) -> None:
    page, _ = coordinator(fiche, browser, "signal@osc.ml")
    page.goto(sheet_address(inbox, "wrong total"))
    flag = page.locator(".flag-box", has_text="40").first
    flag.locator("summary").click()
    flag.locator("textarea").fill("La fiche papier a été relue.")
    with page.expect_navigation():
        flag.locator("button[value=accepted]").click()
    expect(page.locator("#flags")).to_contain_text("La fiche papier a été relue.")
    expect(page.locator(".timeline")).to_contain_text("La fiche papier a été relue.")
    with page.expect_navigation():
        page.locator(".flag-box", has_text="40").locator("button[value=open]").click()
    assert page.locator(".flag-box", has_text="40").locator("summary").count() == 1


def test_two_sheets_of_one_event_are_compared_and_one_is_rejected(
    fiche: Fiche, browser: Browser, inbox: str
) -> None:
    page, _ = coordinator(fiche, browser, "double@osc.ml")
    page.goto(f"{sheet_address(inbox, 'another')}?state=&month=2020-02")
    press(page, "a[href*='/beside/'] >> nth=0")
    differing = page.locator("tr.differs th").all_inner_texts()
    assert any(text.startswith("Femmes") for text in differing)
    assert not any(text.startswith("Hommes (18") for text in differing)
    press(page, "button[value=both]")  # why they are two, nobody said
    expect(page.locator("[role=alert]")).to_be_visible()
    press(page, "button[value=other]")
    expect(page.locator("main .chip").first).to_contain_text("rejetée")
    expect(page.locator(".timeline")).to_contain_text("Double de")
    press(page, "[data-undo] button")
    expect(page.locator("main .chip").first).to_contain_text("reçue")


def test_the_history_tells_in_the_forms_own_words_who_changed_what(
    fiche: Fiche, browser: Browser, inbox: str
) -> None:
    page, _ = coordinator(fiche, browser, "histoire@osc.ml")
    page.goto(sheet_address(inbox, "edited"))
    told = page.locator(".timeline")
    expect(told).to_contain_text("Filles (5 à 17 ans) : 4 → 9")
    expect(told).to_contain_text("Place publique")
    page.fill("textarea[name=body]", "Vue avec Kadia au téléphone.")
    press(page, "form[action$='/remarks'] button")
    expect(told.locator("li").first).to_contain_text("Vue avec Kadia au téléphone.")
    expect(told.locator("li").first).to_contain_text("histoire@osc.ml")
    page.goto(f"{sheet_address(inbox, 'edited')}?answers=en")
    expect(page.locator(".answers").first).to_contain_text("Village or sector")
    expect(page.locator("#history-title")).to_have_text("Historique")
    assert page.locator(".answers .missing").count() == 0


def test_the_map_tells_how_far_from_the_village_the_sheet_was_filled(
    fiche: Fiche, browser: Browser, inbox: str
) -> None:
    page, _ = coordinator(fiche, browser, "carte@osc.ml", java_script_enabled=False)
    page.goto(sheet_address(inbox, "one"))
    label = page.locator("svg.place-map").get_attribute("aria-label") or ""
    assert "km" in label
    assert label == page.locator("figure.map figcaption").inner_text()
    expect(page.locator(".week tbody tr")).to_have_count(4)  # three other sheets of that week, and the sum


def test_nothing_of_another_csos_sheets_is_reached_by_any_address(
    fiche: Fiche, browser: Browser, inbox: str
) -> None:
    mine, _ = coordinator(fiche, browser, "tagne2@osc.ml")
    theirs, _ = coordinator(fiche, browser, "apsef2@osc.ml", cso="APSEF")
    mine.goto(sheet_address(inbox, "one"))
    beside = mine.locator("a[href*='/beside/']").first.get_attribute("href") or ""
    csrf = str(theirs.locator("input[name=csrf]").first.get_attribute("value"))
    request = theirs.context.request
    address = sheet_address(inbox, "one")
    assert request.get(address).status == 404
    assert request.get(f"{fiche.address}{beside}").status == 404
    for path, form in (
        ("/remarks", {"body": "x"}),
        ("/flags", {"decision": "accepted", "why": "x"}),
        (f"/beside/{beside.rpartition('/')[2]}", {"keep": "both", "reason": "x"}),
    ):
        assert request.post(f"{address}{path}", form={"csrf": csrf, **form}).status == 404, path
    assert "Kadia" not in request.get(f"{inbox}/list.csv?state=").text()
    theirs.goto(f"{inbox}?state=")
    assert "Kadia" not in theirs.content()
    theirs.goto(f"{inbox}?state=&animator=kadia")
    expect(theirs.locator(".empty")).to_be_visible()


def test_two_decisions_on_one_flag_at_once_and_one_is_told(
    fiche: Fiche, browser: Browser, inbox: str
) -> None:
    first, _ = coordinator(fiche, browser, "vite@osc.ml")
    second, _ = coordinator(fiche, browser, "lent@osc.ml")
    for page in (first, second):
        page.goto(sheet_address(inbox, "wrong total"))
        page.locator(".flag-box summary").first.click()
        page.locator(".flag-box textarea").first.fill(f"Motif {random.Random(1).random()}")
    with first.expect_navigation():
        first.locator(".flag-box button[value=accepted]").first.click()
    with second.expect_navigation():
        second.locator(".flag-box button[value=rejected]").first.click()
    expect(second.locator("[role=status]")).to_contain_text("entre-temps")
    with first.expect_navigation():
        first.locator(".flag-box button[value=open]").first.click()


def test_the_first_view_is_light_and_the_following_lighter(
    fiche: Fiche, browser: Browser, inbox: str
) -> None:
    page, _ = coordinator(fiche, browser, "leger@osc.ml")
    gzip = {"Accept-Encoding": "gzip"}
    request = page.context.request
    files = [fiche.address + asset(name) for name in ("fiche.css", "sheets.js", "favicon.svg")]
    sizes = [
        len(request.get(address, headers=gzip).body())
        if address.endswith(".svg")
        else int(request.get(address, headers=gzip).headers["content-length"])
        for address in (f"{inbox}?state=", *files)
    ]
    assert sizes[0] < 30_000
    assert sum(sizes) < 100_000

    def asked(address: str) -> list[str]:
        """What the server was asked for to show a page."""
        log = fiche.folder / "serve.log"
        before = log.stat().st_size
        page.goto(address, wait_until="networkidle")
        return re.findall(r"GET (\S+) status", log.read_bytes()[before:].decode())

    assert asked(f"{inbox}?state=") == [
        "/projects/1/sheets"
    ]  # the browser was there before, and keeps the rest
    assert asked(f"{inbox}?state=approved") == ["/projects/1/sheets"]
    press(page, "a.open")
    assert asked(page.url)[1:] == []
