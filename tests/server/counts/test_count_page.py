"""The page of counts where a table would be longer than anybody can read."""

from pathlib import Path

import pytest
from lxml import html

from forms.base.blobs import BlobStore
from server.app import create_app
from server.base import clock
from server.counts import view
from server.identity import accounts, assignments, sessions
from server.settings.settings import Settings
from tests.aggregates.sheets import SESSION, Office, session

VILLAGES = ("T-NON1", "T-NON2", "T-GUI1")


def test_rows_that_do_not_fit_are_left_out_and_the_file_has_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(tmp_path, SESSION)
    for number, village in enumerate(VILLAGES * 2):
        activity = ("causerie", "visite_domicile")[number % 2]
        office.send("seance", session(n_femmes=number + 1, village=village, type_activite=activity))
    office.night()
    app = create_app(
        Settings(file=tmp_path / "fiche.toml", data_directory=tmp_path, languages=("fr", "en")),
        office.storage,
        BlobStore(tmp_path / "blobs"),
    )
    with office.storage.writing() as db:
        account_id = accounts.add_person(
            db, accounts.NewPerson("o@osc.ml", display_name="O", cso=""), now=clock.now()
        )
        assignments.assign(db, account_id, "admin", project_id=None)
        token = sessions.start_session(db, accounts.find_person(db, account_id), now=clock.now())[0]
    reader, headers = app.test_client(), {"Authorization": f"Bearer {token}", "Accept-Language": "fr"}
    address = "/projects/1/counts?rows=village,activity&columns="

    def told() -> tuple[str, int, str]:
        page = html.fromstring(reader.get(address, headers=headers).text)
        total = page.xpath("(//table)[1]/tbody/tr[last()]/td")[0].text_content()
        return " ".join(page.text_content().split()), len(page.xpath("(//table)[1]/tbody/tr")), total.strip()

    words, lines, total = told()
    assert "Il y aurait trop de lignes" not in words
    monkeypatch.setattr(view, "MOST_NUMBERS", len(VILLAGES))
    fewer_words, fewer_lines, fewer_total = told()
    assert "sans « Activité »" in fewer_words
    assert fewer_lines < lines
    assert fewer_total == total
    file = reader.get(f"{address.replace('counts?', 'counts/file?')}&format=csv", headers=headers).text
    assert {"causerie", "visite_domicile"} <= set(file.replace("\r\n", ",").split(","))
    office.storage.close()
