"""A programme officer reads the counts, lays them out, opens a number down to its sheets and takes the table away."""

import io
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from tests.journeys.accessible import kept_out
from tests.journeys.count_readers import (
    BEHIND,
    COUNTS,
    Readers,
    figures,
    readers,
    sheets_listed,
    whole,
)
from tests.journeys.visitor import PASSWORD, fits

__all__ = ["readers"]


def test_the_first_view_is_by_region_in_the_sources_order_and_adds_up(readers: Readers) -> None:
    page = readers.page("officer", COUNTS)
    heads = [
        " ".join(th.text_content().split())
        for th in page.xpath("//table[contains(@class,'counts')]//th[@scope='col']")
    ]
    assert heads == ["Region", "Men 18+", "Women 18+", "Boys 5–17", "Girls 5–17", "Total", "Sheets"]
    found = figures(page)
    total = found.pop("Total")
    assert len(found) > 2
    for line in (*found.values(), total):
        assert tuple(map(sum, zip(*line[:-1], strict=True))) == line[-1]
    for number in range(5):
        assert tuple(map(sum, zip(*(line[number] for line in found.values()), strict=True))) == total[number]
    told = readers.get("officer", "/v1/tallies?project=1").json()
    assert total[-1] == (told["provisional_total"], told["verified_total"])
    text = page.text_content()
    for word in ("attendances", "reached directly", "since the beginning", "Counts rolled up on"):
        assert word in text


def test_groups_hold_the_totals_of_their_lines_and_can_be_sorted(readers: Readers) -> None:
    page = readers.page("officer", f"{COUNTS}?rows=region,cercle&sort=total")
    groups = [
        whole("".join(row.xpath("td[contains(@class,'sum')]/a/text()")))
        for row in page.xpath("//tr[contains(@class,'group')]")
    ]
    assert groups == sorted(groups, reverse=True)
    depths = page.xpath("//table[contains(@class,'counts')]/tbody/tr/@class")
    assert depths[0].startswith("depth-1")
    assert depths[1].startswith("depth-2")


@pytest.mark.parametrize(
    "view",
    [
        "",
        "?rows=activity&columns=month&from=2020-01&to=2020-03",
        "?rows=cso&scheme=detail&status=verified",
        "?measure=sessions&rows=commune",
        "?unit=first_time&rows=month",
        "?rows=village&region=KAY",
    ],
)
def test_every_number_is_made_by_the_sheets_that_it_opens(readers: Readers, view: str) -> None:
    page = readers.page("officer", f"{COUNTS}{view}")
    links = page.xpath("//table[contains(@class,'counts')]//td//a")
    assert links
    for link in [*links[:: max(1, len(links) // 6)], links[-1]]:
        told, listed, count = sheets_listed(readers, "officer", link.get("href"))
        assert told == whole(link.text_content())
        assert sum(n for n, _ in listed) == told
        assert len(listed) == count == len({address for _, address in listed})
        assert all(address for _, address in listed)
    assert readers.get("officer", listed[0][1]).status_code == 200


def test_drawings_say_the_same_numbers_as_the_table(readers: Readers) -> None:
    page = readers.page("officer", COUNTS)
    total = figures(page)["Total"]
    told = page.xpath("//section[@aria-labelledby='people']//tbody//td")
    pairs = [whole(cell.text_content().split("verified")[0]) for cell in told]
    assert pairs == [total[1][0], total[0][0], total[3][0], total[2][0]]
    months = page.xpath("//section[@aria-labelledby='months']//tbody/tr")
    assert [row.xpath("th")[0].text_content() for row in months] == [
        "January 2020",
        "February 2020",
        "March 2020",
    ]
    assert (
        sum(whole(row.xpath("td")[0].text_content().split("verified")[0]) for row in months) == total[-1][0]
    )
    assert len(page.xpath("//svg//title")) == 4 + 2


def test_headline_figures_follow_the_filters(readers: Readers) -> None:
    def headline(path: str) -> dict[str, int]:
        page = readers.page("officer", path)
        return {
            div.xpath("dt")[0].text_content(): whole("".join(div.xpath("dd/text() | dd/a/text()")))
            for div in page.xpath("//dl[@class='headline']/div")
        }

    everything, march = headline(COUNTS), headline(f"{COUNTS}?from=2020-03&to=2020-03")
    assert everything["Sheets received"] == 220
    assert march["Sheets received"] == 150
    sessions = readers.get("officer", "/v1/tallies?measure=sessions&project=1&by=village").json()
    assert everything["Sessions held"] == sessions["total"]
    assert everything["Villages reached"] <= len(sessions["rows"])
    assert march["Sessions held"] < everything["Sessions held"]


def test_files_hold_what_is_shown(readers: Readers) -> None:
    view = "?rows=region,cercle&from=2020-03&to=2020-03"
    shown = figures(readers.page("officer", f"{COUNTS}{view}"))
    answer = readers.get("officer", f"{COUNTS}/file{view}&format=xlsx")
    assert "fiche-participants-2020-03_2020-03.xlsx" in answer.headers["Content-Disposition"]
    book = load_workbook(io.BytesIO(answer.content))
    overview, counts, about = book.worksheets
    rows = list(overview.iter_rows(values_only=True))
    assert "attendances" in rows[0][0]
    assert "March 2020" in rows[1][0]
    assert rows[3][:7] == ("Region", "Cercle", "Men 18+", "Women 18+", "Boys 5–17", "Girls 5–17", "Total")
    kept = {
        " › ".join(key for key in row[:2] if key and key != "Total") or "Total": row[2:12] for row in rows[4:]
    }
    assert len(kept) == len(shown)
    for name, pairs in shown.items():
        line = " › ".join(part.strip() for part in name.split("›"))
        assert list(kept[line]) == [pair[0] for pair in pairs] + [pair[1] for pair in pairs]
    assert counts["A1"].value == "Region"
    assert any("Last roll-up" in str(row[0]) for row in about.iter_rows(values_only=True))
    csv = readers.get("officer", f"{COUNTS}/file{view}&format=csv").content.decode("utf-8-sig").splitlines()
    numbers = [int(line.split(",")[-3]) for line in csv[1:]]
    assert sum(numbers) == shown["Total"][-1][0]
    assert readers.get("officer", f"{COUNTS}/file?format=pdf").status_code == 400


def test_a_coordinator_sees_the_own_cso_alone_whatever_the_address_asks(readers: Readers) -> None:
    mine = readers.page("tagne", COUNTS)
    total = whole(mine.xpath("//dl//dd/a")[0].text_content())
    by_cso = readers.get("officer", "/v1/tallies?project=1&by=cso").json()["rows"]
    assert total == next(row["provisional"] for row in by_cso if row["cso"] == "tagne")
    assert [*figures(readers.page("tagne", f"{COUNTS}?rows=cso"))] == ["TAGNE", "Total"]
    for path in (f"{COUNTS}?cso=apsef", f"{COUNTS}?cso=apsef&rows=village", f"{COUNTS}?cso=apsef&cso=mpdl"):
        page = readers.page("tagne", path)
        assert figures(page)["Total"][-1] == (0, 0)
        told = page.xpath("//dl[@class='headline']/div/dd/text()")
        assert {whole(text) for text in told if text.strip()} == {0}
        assert not page.xpath("//table[contains(@class,'counts')]//td//a")
    listed = readers.page("tagne", f"{COUNTS}/sheets?status=provisional&cso=apsef")
    assert not listed.xpath(BEHIND)
    told, sheets, _ = sheets_listed(readers, "tagne", f"{COUNTS}/sheets?status=provisional")
    assert told == total == sum(n for n, _ in sheets)
    for _, address in sheets[:5]:
        assert readers.get("apsef", address).status_code == 404
    csv = readers.get("tagne", f"{COUNTS}/file?rows=cso&cso=apsef&format=csv").text
    assert len(csv.splitlines()) == 1


@pytest.mark.parametrize(
    ("who", "page", "sheets"),
    [
        ("admin", 200, 200),
        ("officer", 200, 200),
        ("team", 200, 200),
        ("tagne", 200, 200),
        ("case", 200, 403),
        ("stranger", 403, 403),
    ],
)
def test_each_role_opens_what_it_may(readers: Readers, who: str, page: int, sheets: int) -> None:
    assert readers.get(who, COUNTS).status_code == page
    assert readers.get(who, f"{COUNTS}/file").status_code == page
    assert readers.get(who, f"{COUNTS}/sheets").status_code == sheets
    if page == 200:
        links = readers.page(who, COUNTS).xpath("//table[contains(@class,'counts')]//td//a")
        assert bool(links) == (sheets == 200)
        menu = readers.page(who, "/").xpath("//nav[@class='menu']/a/@href")
        assert menu[1] == COUNTS


def test_of_referrals_nothing_but_suppressed_totals_is_shown(readers: Readers) -> None:
    for path in (
        "?measure=referrals",
        "?measure=referrals&rows=village&columns=month&region=KAY&from=2020-03&to=2020-03",
    ):
        page = readers.page("officer", f"{COUNTS}{path}")
        assert "suppressed totals only" in page.text_content()
        assert not page.xpath("//table[contains(@class,'counts')]//td//a")
        assert not page.xpath("//svg[contains(@class,'drawing')]")
        whole_table = readers.get("officer", "/v1/tallies?measure=referrals&by=year,region").json()["rows"]
        cells = [
            cell.text_content()
            for cell in page.xpath("//tr[starts-with(@class,'depth-2')]/td[contains(@class,'sum')]")
        ]
        assert [("<" in cell) for cell in cells] == [row["suppressed"] for row in whole_table]
        assert True in [row["suppressed"] for row in whole_table]
    for who in ("officer", "tagne", "admin"):
        assert readers.get(who, f"{COUNTS}/sheets?measure=referrals").status_code == 403
    own = readers.page("tagne", f"{COUNTS}?measure=referrals&rows=month")
    assert "suppressed totals only" not in own.text_content()
    assert not own.xpath("//table[contains(@class,'counts')]//td//a")


@pytest.mark.parametrize(
    "address",
    ["?rows=colour", "?measure=love", "?from=2020-13", "?from=2020-05&to=2020-01", "?scheme=sante", "?status=maybe",
     "?rows=region,cercle,commune,village", "?reach=far", "?subset=%27"],
)  # fmt: skip
def test_what_cannot_be_asked_is_told_and_breaks_nothing(readers: Readers, address: str) -> None:
    for path in (COUNTS, f"{COUNTS}/file", f"{COUNTS}/sheets"):
        answer = readers.get("officer", f"{path}{address}")
        assert answer.status_code == 400
        assert "cannot be used" in answer.text


@pytest.mark.parametrize(
    "address",
    ["?page=99999999999", "?page=-1", "?sort=M,5-17&order=asc", "?sort=nothing", "?rows=&columns=", "?region=-",
     "?region=",     "?rows=village,activity,form&columns=month,cso", "?columns=village,activity",
        "?measure=sessions&unit=first_time",
     "?columns=sex,age_band&rows=sex", "?region=KAY&region=KOU&sex=F", "?rows=quarter,month&columns=setting"],
)  # fmt: skip
def test_every_other_layout_is_answered_and_adds_up(readers: Readers, address: str) -> None:
    page = readers.page("officer", f"{COUNTS}{address}")
    total = figures(page)["Total"]
    if len(total) > 1:
        assert tuple(map(sum, zip(*total[:-1], strict=True))) == total[-1]


def test_long_tables_go_on_over_pages_and_each_line_stands_once(readers: Readers) -> None:
    path, lines = f"{COUNTS}?rows=village,activity", []
    while path:
        page = readers.page("officer", path)
        lines += [
            (" ".join(row.xpath("th")[0].text_content().split()), row.get("class"))
            for row in page.xpath("//table[contains(@class,'counts')]/tbody/tr[starts-with(@class,'depth')]")
        ]
        following = page.xpath("//a[@rel='next']/@href")
        path = f"{COUNTS}{following[0]}" if following else ""
    rows = readers.get("officer", "/v1/tallies?project=1&by=village,activity").json()["rows"]
    assert len(lines) == len(rows) + len({row["village"] for row in rows})
    assert len({name for name, _ in lines}) == len(lines)


def test_a_table_too_wide_is_laid_out_in_lines_whose_pages_and_numbers_open(readers: Readers) -> None:
    page = readers.page("officer", f"{COUNTS}?rows=cso,form,month&columns=village,activity")
    assert "laid out as rows" in page.text_content()
    onwards = page.xpath("//a[@rel='next']/@href")[0]
    following = readers.page("officer", f"{COUNTS}{onwards}")
    link = following.xpath("//tr[starts-with(@class,'depth')]/td[contains(@class,'sum')]//a")[-1]
    told, listed, _ = sheets_listed(readers, "officer", link.get("href"))
    assert told == whole(link.text_content()) == sum(n for n, _ in listed)


def desk(
    readers: Readers, browser: Browser, width: int, language: str, **more: Any
) -> tuple[Page, list[str]]:
    """An officer's browser, signed in; and what it complains of."""
    context = browser.new_context(viewport={"width": width, "height": 900}, locale=language, **more)
    complaints: list[str] = []
    context.on("console", lambda message: complaints.append(message.text))
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    page = context.new_page()
    page.goto(f"{readers.fiche.address}/sign-in")
    page.fill("input[name=email]", "officer@osc.ml")
    page.fill("input[name=password]", PASSWORD)
    with page.expect_navigation():
        page.click("main button")
    return page, complaints


@pytest.mark.parametrize(("width", "language", "word"), [(360, "fr-FR", "Garçons"), (1280, "en-GB", "Boys")])
def test_the_pages_fit_and_nobody_is_kept_out(
    readers: Readers, browser: Browser, width: int, language: str, word: str
) -> None:
    page, complaints = desk(readers, browser, width, language)
    for path in (
        "",
        "?rows=region,cercle&sort=total",
        "?columns=month&rows=activity",
        "?measure=referrals",
        "/sheets?region=KAY",
    ):
        page.goto(f"{readers.fiche.address}{COUNTS}{path}")
        for summary in page.locator("main summary").all():
            summary.click()
        assert fits(page), path
        assert kept_out(page) == [], path
    page.goto(f"{readers.fiche.address}{COUNTS}")
    table = page.locator("table.counts")
    assert table.get_by_text(word).first.is_visible()
    total = table.locator("tr.total td.sum")
    box = total.bounding_box()
    assert box
    assert box["x"] + box["width"] <= width  # the four cells and the total are seen without scrolling
    for label in page.locator("svg.drawing text").all():
        inside, around = label.bounding_box(), label.locator("xpath=ancestor::*[name()='svg']").bounding_box()
        assert inside
        assert around
        assert inside["x"] >= around["x"] - 1
        assert inside["x"] + inside["width"] <= around["x"] + around["width"] + 1
    assert complaints == []
    page.context.close()


def test_an_officer_chooses_a_layout_and_opens_a_number_without_scripts(
    readers: Readers, browser: Browser
) -> None:
    page, _ = desk(readers, browser, 1280, "fr-FR", java_script_enabled=False)
    page.goto(f"{readers.fiche.address}{COUNTS}")
    page.click("details.choose summary")
    page.locator("select[name=rows]").first.select_option("cso")
    page.select_option("select[name=region]", label="Kayes")
    page.fill("input[name=from]", "2020-03")
    with page.expect_navigation():
        page.click("details.choose button")
    expect(page.locator("table.counts thead th").first).to_have_text("OSC")
    expect(page.locator(".chips .chip").first).to_contain_text("Région : Kayes")
    assert dict(parse_qsl(page.url.partition("?")[2]))["region"] == "KAY"
    number = page.locator("table.counts tr.total td.sum a").first
    told = number.inner_text()
    with page.expect_navigation():
        number.click()
    expect(page.locator("p.what strong")).to_have_text(told)
    with page.expect_navigation():
        page.locator(".behind th a").first.click()
    expect(page.locator("dl.answers").first).to_be_visible()
    page.go_back()
    page.go_back()
    with page.expect_navigation():
        page.click(".chips a")
    assert "region=" not in page.url
    with page.expect_navigation():
        page.click("text=English")
    assert {"lang", "from"} <= dict(parse_qsl(page.url.partition("?")[2])).keys()
    expect(page.locator("h1")).to_have_text("Counts")
    page.context.close()


def test_the_page_is_light(readers: Readers) -> None:
    address = f"{COUNTS}?{urlencode({'rows': 'village'})}"
    answer = readers.sessions["officer"].get(
        f"{readers.fiche.address}{address}", headers={"Accept-Encoding": "gzip"}
    )
    assert int(answer.headers["Content-Length"]) < 30_000
