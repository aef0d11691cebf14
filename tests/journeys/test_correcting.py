"""A coordinator corrects a sheet in the browser: the form's own rules hold, the first version stays."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.fiche_process import Fiche
from tests.journeys.visitor import signed_in
from tests.journeys.web_form import opened, press_send, question, rows, write

DOT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABpfZFQAAAAABJRU5ErkJggg=="
HELD = """
    SELECT s.id, v.instance_id, f.n_hommes, f.n_femmes, f.n_garcons, f.n_filles
    FROM submission AS s JOIN submission_version AS v ON v.submission_id = s.id
    JOIN sheet_seance_sensibilisation AS f ON f.submission_id = s.id
    WHERE s.cso = ? AND f.statut_seance = 'oui' AND f.nombre_confirme IS NULL AND s.versions = 1
        AND f.total_fiche IS NULL AND f.photo IS NULL AND f.n_filles > 2 ORDER BY s.id
"""
HURRY = """
    new MutationObserver((_changes, observer) => {
        const send = document.querySelector('.odk-form .footer button');
        if (!send?.checkVisibility({ visibilityProperty: true })) return;
        const asked = [...document.querySelectorAll('.question-container')];
        const field = asked.find((each) => each.textContent.includes('Durée (minutes)'))?.querySelector('input');
        if (!field) return;
        observer.disconnect();
        field.focus();
        field.setSelectionRange(0, field.value.length);
        field.dispatchEvent(new KeyboardEvent('keypress', { key: '7', bubbles: true }));
        send.click();
    }).observe(document, { childList: true, subtree: true, attributes: true });
"""
"""Types a duration and presses the engine's button at the first moment at which both are seen, the field not left."""


@pytest.fixture(scope="module")
def fiche(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fiche]:
    """A server with a demonstration month."""
    fiche = Fiche(tmp_path_factory.mktemp("correcting"))
    fiche.init(("2020-03", 200))
    fiche.start()
    yield fiche
    fiche.kill()


def address(fiche: Fiche, instance_id: str) -> str:
    """Where a session sheet is corrected."""
    return f"{fiche.address}/projects/1/sheets/seance_sensibilisation/{instance_id}/correct"


def say_why(page: Page, reason: str) -> None:
    """Press the engine's button, give a reason and send."""
    press_send(page)
    page.fill("#reason", reason)
    page.click("#send")


def test_a_corrected_number_becomes_a_version_and_the_form_refuses_what_cannot_be(
    fiche: Fiche, browser: Browser
) -> None:
    page, complaints = signed_in(fiche, browser, "awa@osc.ml", width=360)
    submission, instance_id, men, women, boys, _ = rows(fiche, HELD, "tagne")[0]
    opened(page, address(fiche, str(instance_id)))
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    before = question(page, "Filles (5 à 17 ans)").locator("input")
    assert before.input_value() != "1"

    write(page, "Filles (5 à 17 ans)", "6000")
    press_send(page)
    expect(question(page, "Filles (5 à 17 ans)")).to_contain_text("Nombre entre 0 et 5000")
    expect(page.locator("#why")).to_be_hidden()

    write(page, "Filles (5 à 17 ans)", "1")
    total = int(str(men)) + int(str(women)) + int(str(boys)) + 1
    expect(page.locator(".odk-form")).to_contain_text(f"Total : {total}")
    for words in ("Filles, première fois", "Dont filles déscolarisées", "Personnes orientées"):
        write(page, words, "")
    press_send(page)
    page.click("#send")  # without a reason nothing is sent
    expect(page.locator("#why")).to_be_visible()
    page.fill("#reason", "Erreur de frappe : une seule fille.")
    page.check("#approve")
    page.click("#send")
    page.wait_for_url("**/sheets/seance_sensibilisation/*")
    expect(page.locator("main")).to_contain_text("Erreur de frappe : une seule fille.")

    kept = rows(fiche, "SELECT versions, review_state, cso FROM submission WHERE id = ?", submission)
    assert kept == [(2, "approved", "tagne")]
    flat = rows(
        fiche,
        "SELECT n_filles, n_total FROM sheet_seance_sensibilisation WHERE submission_id = ?",
        submission,
    )
    assert [tuple(map(str, line)) for line in flat] == [("1", str(total))]
    versions = rows(
        fiche,
        "SELECT v.number, a.email FROM submission_version AS v JOIN account AS a ON a.id = v.submitter_id "
        "WHERE v.submission_id = ? AND v.number = 2",
        submission,
    )
    assert versions == [(2, "awa@osc.ml")]
    assert complaints == []


def test_two_coordinators_correct_the_same_sheet_and_the_slower_one_loses_nothing(
    fiche: Fiche, browser: Browser
) -> None:
    first, _ = signed_in(fiche, browser, "premiere@osc.ml")
    second, _ = signed_in(fiche, browser, "seconde@osc.ml")
    submission, instance_id = rows(fiche, HELD, "tagne")[1][:2]
    for page, minutes in ((first, "47"), (second, "52")):  # the demonstration holds no such durations
        opened(page, address(fiche, str(instance_id)))
        write(page, "Durée (minutes)", minutes)
    say_why(first, "Durée revue")
    first.wait_for_url("**/sheets/seance_sensibilisation/*")
    say_why(second, "Durée revue aussi")
    told = second.locator("#told")
    expect(told).to_contain_text("entre-temps")
    assert question(second, "Durée (minutes)").locator("input").input_value() == "52"
    with second.expect_download() as saved:
        told.locator("a[download]").click()
    assert b"<duree_min>52</duree_min>" in saved.value.path().read_bytes()
    minutes_kept = rows(
        fiche, "SELECT duree_min FROM sheet_seance_sensibilisation WHERE submission_id = ?", submission
    )
    assert str(minutes_kept[0][0]) == "47"


def test_who_types_and_presses_as_soon_as_the_form_is_seen_is_asked_why_and_the_answer_counts(
    fiche: Fiche, browser: Browser
) -> None:
    page, complaints = signed_in(fiche, browser, "pressee@osc.ml")
    page.add_init_script(HURRY)
    submission, instance_id = rows(fiche, HELD, "tagne")[2][:2]
    page.goto(address(fiche, str(instance_id)))
    page.fill("#reason", "Une minute de plus", timeout=30_000)
    page.click("#send")
    page.wait_for_url("**/sheets/seance_sensibilisation/*")
    kept = rows(
        fiche, "SELECT duree_min FROM sheet_seance_sensibilisation WHERE submission_id = ?", submission
    )
    assert str(kept[0][0]) == "7"
    assert complaints == []


def test_a_press_is_always_answered_where_it_is_seen(fiche: Fiche, browser: Browser) -> None:
    page, complaints = signed_in(fiche, browser, "double@osc.ml", width=360)
    instance_id = rows(fiche, HELD, "tagne")[2][1]
    opened(page, address(fiche, str(instance_id)))
    press_send(page)
    expect(page.locator("#told")).to_contain_text("Rien n’a été changé")
    expect(page.locator("#told")).to_be_in_viewport()
    write(page, "Durée (minutes)", "53")
    page.locator(".odk-form .footer button").dblclick()
    expect(page.locator("#reason")).to_be_visible()
    expect(page.locator("#told")).to_be_empty()
    assert complaints == []
    page.context.close()


def test_another_csos_sheet_is_not_to_be_corrected_by_page_or_by_address(
    fiche: Fiche, browser: Browser
) -> None:
    page, _ = signed_in(fiche, browser, "ailleurs@osc.ml", cso="APSEF")
    instance_id = rows(fiche, HELD, "tagne")[2][1]
    seen = page.goto(address(fiche, str(instance_id)))
    assert seen is not None
    assert seen.status == 404
    base = f"/v1/projects/1/forms/seance_sensibilisation/submissions/{instance_id}"
    csrf = page.evaluate(
        "fetch('/v1/sessions/restore').then((each) => each.json()).then((each) => each.csrf)"
    )
    sent = page.evaluate(
        """async ([address, csrf]) => {
            const body = new FormData();
            const xml = '<data id="seance_sensibilisation" version="1"><meta><instanceID>uuid:x</instanceID>'
                + '<deprecatedID>' + decodeURIComponent(address.split('/').at(-2)) + '</deprecatedID></meta></data>';
            body.append('xml_submission_file', new Blob([xml]), 'xml_submission_file');
            const headers = {'X-CSRF-Token': csrf, 'X-Action-Notes': 'x'};
            return (await fetch(address, {method: 'POST', headers, body})).status;
        }""",
        [f"{base}/corrections", csrf],
    )
    assert sent == 404


def test_a_picture_that_is_added_is_shown_and_stays_through_the_next_correction(
    fiche: Fiche, browser: Browser, tmp_path: Path
) -> None:
    picture = tmp_path / "groupe.png"
    picture.write_bytes(base64.b64decode(DOT))
    page, complaints = signed_in(fiche, browser, "photo@osc.ml")
    submission, instance_id = rows(fiche, HELD, "tagne")[3][:2]
    opened(page, address(fiche, str(instance_id)))
    question(page, "Photo du groupe").locator("input[type=file]").last.set_input_files(picture)
    expect(question(page, "Photo du groupe").locator("img")).to_be_visible()
    say_why(page, "Photo ajoutée")
    page.wait_for_url("**/sheets/seance_sensibilisation/*")
    expect(page.locator("img.picture")).to_have_count(1)

    opened(page, address(fiche, str(instance_id)))
    expect(question(page, "Photo du groupe").locator("img")).to_be_visible()
    write(page, "Durée (minutes)", "61")
    say_why(page, "Durée revue")
    page.wait_for_url("**/sheets/seance_sensibilisation/*")
    names = rows(
        fiche,
        "SELECT a.name, a.sha256 IS NOT NULL FROM submission_attachment AS a "
        "JOIN submission_version AS v ON v.id = a.version_id WHERE v.submission_id = ? AND v.number IN (2, 3)",
        submission,
    )
    assert len(names) == 2
    assert len(set(names)) == 1
    assert names[0][1] == 1
    assert complaints == []
