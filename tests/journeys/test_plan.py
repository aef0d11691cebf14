"""A coordinator takes a plan in, looks at what is missing, and takes it back; another CSO sees nothing of it."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.fiche_process import Fiche
from tests.journeys.accessible import kept_out
from tests.journeys.visitor import coordinator, fits, press

GOOD = (
    "OSC;Lieu;Mois;Activité;Séances;Personnes\r\n"
    "TAGNE;T-NON1;avril 2020;;4;120\r\n"
    "TAGNE;Nonkon village test 2;04/2020;causerie éducative;2;60\r\n"
    "TAGNE;Nonkon;2020-04;;1;\r\n"
)
BAD = (
    "lieu;mois;séances\r\n"
    "T-NON1;mai 2020;4\r\n"
    "Nonkon vilage test 2;mai 2020;4\r\n"
    "T-NON1;2020-13;4\r\n"
    "T-NON2;mai 2020;beaucoup\r\n"
)


@pytest.fixture(scope="module")
def fiche(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fiche]:
    """A server with a demonstration month and its plan."""
    fiche = Fiche(tmp_path_factory.mktemp("plan"))
    fiche.init(("2020-03", 120))
    fiche.start()
    yield fiche
    fiche.kill()


def choose(
    page: Page, fiche: Fiche, folder: Path, text: str, *, encoding: str = "cp1252", name: str = "plan.csv"
) -> None:
    """Choose a file on the page of the plan, and wait for its preview."""
    file = folder / name
    file.write_bytes(text.encode(encoding))
    page.goto(f"{fiche.address}/projects/1/plan")
    page.set_input_files("input[type=file]", file)
    press(page, "form[enctype] button")


def figure(page: Page, number: int) -> str:
    """One of the figures at the top."""
    return page.locator(".figures strong").nth(number).inner_text()


@pytest.mark.parametrize(("width", "locale"), [(360, "fr-FR"), (1280, "en-GB")])
def test_a_plan_is_taken_in_after_its_preview_and_taken_back(
    fiche: Fiche, browser: Browser, tmp_path: Path, width: int, locale: str
) -> None:
    page, complaints = coordinator(fiche, browser, f"plan{width}@osc.ml", width=width, locale=locale)
    page.goto(f"{fiche.address}/projects/1/plan?month=2020-04")
    expect(page.locator(".empty")).to_be_visible()
    choose(page, fiche, tmp_path, GOOD)
    assert fits(page)
    assert (figure(page, 0), figure(page, 1)) == ("3", "0")
    assert page.locator("#changes ~ .scroll tbody tr").count() == 1
    assert kept_out(page) == []
    page.reload()
    press(page, "button[value=all]")
    expect(page.locator("[role=status]")).to_contain_text("plan.csv")
    assert "month=2020-04" in page.url
    assert fits(page)
    assert (figure(page, 0), figure(page, 2)) == ("7", "7")
    assert kept_out(page) == []
    press(page, "[role=status] button")
    expect(page.locator(".empty")).to_be_visible()
    press(page, "[role=status] button")
    assert figure(page, 0) == "7"
    press(page, "[role=status] button")
    assert complaints == []


def test_every_line_that_is_wrong_is_told_and_the_right_ones_can_be_taken_in(
    fiche: Fiche, browser: Browser, tmp_path: Path
) -> None:
    page, complaints = coordinator(fiche, browser, "faux@osc.ml", width=360)
    choose(page, fiche, tmp_path, BAD, encoding="utf-8-sig", name="plan-mai.csv")
    assert fits(page)
    assert (figure(page, 0), figure(page, 1)) == ("1", "3")
    assert page.locator("button[value=all]").count() == 0
    rows = page.locator("#refused ~ .scroll tbody tr").all_inner_texts()
    assert [row.split()[0] for row in rows] == ["3", "4", "5"]
    assert "Nonkon village test 2" in rows[0]
    assert kept_out(page) == []
    report = page.context.request.get(f"{page.url}/problems.csv").body().decode("utf-8-sig")
    assert [row[0] for row in csv.reader(io.StringIO(report), delimiter=";")] == ["Ligne", "3", "4", "5"]
    preview = page.url
    press(page, "button[value=drop]")
    assert "plan-mai" not in page.locator("main").inner_text()
    answer = page.goto(preview)
    assert answer is not None
    assert answer.status == 404

    choose(page, fiche, tmp_path, BAD, name="plan-mai.csv")
    press(page, "button[value=good]")
    assert figure(page, 0) == "4"
    press(page, "[role=status] button")
    errors = [complaint for complaint in complaints if "404" not in complaint]
    assert errors == []


def test_a_file_that_is_no_plan_is_refused_on_the_page(
    fiche: Fiche, browser: Browser, tmp_path: Path
) -> None:
    page, _ = coordinator(fiche, browser, "autre@osc.ml")
    choose(page, fiche, tmp_path, "nom;age\nAwa;12\n")
    expect(page.locator("[role=alert]")).to_contain_text("lieu / commune")
    choose(page, fiche, tmp_path, "x" * 1_500_000)
    expect(page.locator("[role=alert]")).to_contain_text("trop grand")
    choose(page, fiche, tmp_path, "x" * 2_000_000)
    expect(page.locator("h1")).to_contain_text("trop grand")


def test_two_who_take_a_plan_in_at_once_and_the_slower_one_looks_again(
    fiche: Fiche, browser: Browser, tmp_path: Path
) -> None:
    first, _ = coordinator(fiche, browser, "vite@osc.ml")
    second, _ = coordinator(fiche, browser, "lente@osc.ml")
    for page in (first, second):
        choose(page, fiche, tmp_path, GOOD)
    press(first, "button[value=all]")
    press(second, "button[value=all]")
    expect(second.locator("[role=alert]")).to_contain_text("entre-temps")
    press(second, "button[value=drop]")
    press(first, "[role=status] button")


def test_what_was_planned_and_what_is_missing_is_shown_with_whom_to_ask(
    fiche: Fiche, browser: Browser
) -> None:
    for width, locale in ((360, "fr-FR"), (1280, "en-GB")):
        page, complaints = coordinator(
            fiche, browser, f"mars{width}@osc.ml", width=width, locale=locale, java_script_enabled=True
        )
        page.goto(f"{fiche.address}/projects/1/plan?month=2020-03")
        missing = figure(page, 2)
        assert int(missing) > 0
        page.goto(f"{fiche.address}/projects/1/reminders?month=2020-03")
        assert figure(page, 0) == missing
        assert fits(page)
        assert kept_out(page) == []
        message = page.locator("textarea").first.input_value()
        assert message.startswith("Bonjour " if locale == "fr-FR" else "Hello ")
        name = page.locator("article h3").first.inner_text()
        page.select_option("#animator", name)
        press(page, "form.search button")
        assert page.locator("textarea").count() == 1
        assert complaints == []


def test_reminders_are_taken_away_as_files(fiche: Fiche, browser: Browser) -> None:
    page, _ = coordinator(fiche, browser, "fichiers@osc.ml", java_script_enabled=False)
    base = f"{fiche.address}/projects/1/reminders"
    page.goto(f"{base}?month=2020-03")
    missing = int(figure(page, 0))
    text = page.context.request.get(f"{base}/reminders.csv?month=2020-03").body().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert sum(int(row["Nombre"]) for row in rows if row["Nature"] == "Fiches manquantes") == missing
    assert {row["OSC"] for row in rows} == {"TAGNE"}
    book = openpyxl.load_workbook(
        io.BytesIO(page.context.request.get(f"{base}/reminders.xlsx?month=2020-03").body())
    )
    assert [sheet.title for sheet in book] == ["Fiches manquantes", "Téléphones", "À corriger", "Messages"]


def test_another_cso_sees_nothing_of_it(fiche: Fiche, browser: Browser, tmp_path: Path) -> None:
    mine, _ = coordinator(fiche, browser, "tagne-plan@osc.ml")
    theirs, _ = coordinator(fiche, browser, "apsef-plan@osc.ml", cso="APSEF")
    choose(mine, fiche, tmp_path, GOOD, name="plan-secret.csv")
    preview = mine.url
    assert [
        theirs.context.request.get(address).status for address in (preview, f"{preview}/problems.csv")
    ] == [
        404,
        404,
    ]
    press(mine, "button[value=all]")
    key = mine.url.partition("done=")[2].partition("&")[0]
    base = f"{fiche.address}/projects/1"
    for path in (f"plan?cso=tagne&month=2020-04&done={key}", "plan?cso=tagne&month=2020-03",
                 "reminders?cso=tagne&month=2020-03", f"plan?turned={key}"):  # fmt: skip
        theirs.goto(f"{base}/{path}")
        text = theirs.locator("main").inner_text()
        assert "TAGNE" not in text
        assert "Nonkon" not in text
        assert "plan-secret" not in text
    for path in ("plan/plan.csv?cso=tagne&month=2020-03", "reminders/reminders.csv?cso=tagne&month=2020-03",
                 "reminders/reminders.csv?cso=all&month=2020-03"):  # fmt: skip
        text = theirs.context.request.get(f"{base}/{path}").text()
        assert "Nonkon" not in text
        assert "TAGNE" not in text
    theirs.goto(f"{base}/plan")
    token = theirs.locator("input[name=csrf]").first.get_attribute("value") or ""
    for verb in ("undo", "redo"):
        answer = theirs.context.request.post(f"{base}/plan/imports/{key}/{verb}", form={"csrf": token})
        assert answer.status == 404
    choose(theirs, fiche, tmp_path, GOOD, name="vol.csv")
    assert figure(theirs, 0) == "0"
    press(mine, "[role=status] button")


def test_an_import_of_several_csos_is_the_officers_to_take_back(fiche: Fiche, browser: Browser) -> None:
    page, _ = coordinator(fiche, browser, "partage@osc.ml")
    page.goto(f"{fiche.address}/projects/1/plan")
    shared = page.locator(".imports li", has_text="plan-demo-2020-03.csv")
    expect(shared).to_be_visible()
    assert "APSEF" not in shared.inner_text()
    assert shared.locator("button").count() == 0
    token = page.locator("input[name=csrf]").first.get_attribute("value") or ""
    answer = page.context.request.post(
        f"{fiche.address}/projects/1/plan/imports/1/undo", form={"csrf": token}
    )
    assert answer.status == 409
