"""Our own files are fetched once and never asked about again, until they change."""

import re

from server.web.asset import asset
from tests.server.cast import Stage, stage

__all__ = ["stage"]


def test_a_file_is_kept_for_good_under_the_address_that_pages_give_it(stage: Stage) -> None:
    page = stage.get("nobody", "/sign-in").text
    named = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
    assert named == {asset(name) for name in ("fiche.css", "favicon.svg", "signed_out.js")}
    for address in named:
        answer = stage.get("nobody", address)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert stage.get("nobody", address, headers={"Accept-Encoding": "gzip"}).status_code == 200


def test_under_any_other_address_a_file_is_asked_about_each_time(stage: Stage) -> None:
    for address in ("/static/fiche.css", "/static/fiche.css?v=0123456789ab", "/static/fiche.css?v="):
        answer = stage.get("nobody", address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")
    assert stage.get("nobody", "/static/nothing.css?v=0123456789ab").status_code == 404
    assert stage.get("nobody", "/static/../asset.py?v=0123456789ab").status_code == 404
