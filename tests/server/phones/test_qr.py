"""The code that a phone scans, read back from its picture as a phone would."""

import json
import zlib
from base64 import b64decode
from pathlib import Path

import pytest

from server.phones.qr import LONGEST, QRTooLong, collect_settings, settings_text
from tests.fiche_process import Fiche

KNOWN_GENERAL = {
    "server_url", "app_language", "form_update_mode", "periodic_form_updates_check", "autosend",
    "delete_send",
    "hide_old_form_versions", "image_size", "font_size", "constraint_behavior", "guidance_hint", "analytics",
}  # fmt: skip


def test_collect_reads_the_server_and_the_project() -> None:
    settings = collect_settings(
        "http://192.168.1.9:8383/v1/key/abc/projects/1", project_name="É", language="fr"
    )
    read = json.loads(zlib.decompress(b64decode(settings_text(settings))))
    assert read["general"]["server_url"] == "http://192.168.1.9:8383/v1/key/abc/projects/1"
    assert read["general"]["form_update_mode"] == "match_exactly"
    assert read["general"]["autosend"] == "wifi_and_cellular"
    assert read["general"]["delete_send"] is True
    assert set(read["general"]) <= KNOWN_GENERAL  # Collect drops what it does not know without a word
    assert read["project"]["name"] == "É"
    assert isinstance(read["admin"], dict)


def test_settings_that_no_phone_could_scan_are_refused() -> None:
    import random

    name = "".join(random.Random(1).choices([chr(code) for code in range(33, 10_000)], k=LONGEST))
    with pytest.raises(QRTooLong):
        settings_text(collect_settings("http://x", project_name=name, language="fr"))


def test_the_picture_is_written_for_its_owner_alone(tmp_path: Path) -> None:
    fiche = Fiche(tmp_path / "fiche")
    fiche.init()
    for name in ("awa.png", "awa.svg"):
        picture = tmp_path / name
        fiche.run("app-user", "add", "Awa", "--qr", str(picture))
        assert picture.stat().st_size > 500
        assert picture.stat().st_mode & 0o077 == 0
    assert (tmp_path / "awa.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in (tmp_path / "awa.svg").read_text()
