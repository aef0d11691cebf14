"""The web form engine that is served: built from the sources beside it, packed, and asking nothing of other hosts."""

import gzip
import hashlib
import json

from server.browser.engine import BUILT
from tests.server.cast import Stage, stage

__all__ = ["stage"]
SOURCES = BUILT.parent
MANIFEST = json.loads((BUILT / "manifest.json").read_text("utf-8"))
TOP = ("build.js", "package-lock.json", "package.json", "patches.js", "vite.config.js")


def digest_of_sources() -> str:
    """As build.js takes it."""
    files = sorted([*TOP, *(f"src/{path.name}" for path in (SOURCES / "src").iterdir())])
    whole = hashlib.sha256()
    for file in files:
        whole.update(f"{file}\0".encode() + (SOURCES / file).read_bytes() + b"\0")
    return whole.hexdigest()


def test_what_is_served_was_built_from_these_sources() -> None:
    assert MANIFEST["sources"] == digest_of_sources(), "run: make web-form"
    kept = {path.name for path in BUILT.iterdir()}
    assert kept == {f"{file}.gz" for file in (*MANIFEST["files"], "worker.js", "licences.txt")} | {
        "manifest.json"
    }


def test_it_is_light_and_the_lock_file_names_no_registry() -> None:
    assert sum(path.stat().st_size for path in BUILT.iterdir()) < 800_000
    assert "resolved" not in (SOURCES / "package-lock.json").read_text("utf-8")


def test_no_map_of_another_host_and_no_font_is_in_it() -> None:
    for path in BUILT.glob("*.js.gz"):
        code = gzip.decompress(path.read_bytes())
        assert b"tile.openstreetmap" not in code, path.name
        assert b"@font-face" not in code, path.name


def test_files_go_out_packed_and_are_kept_for_good(stage: Stage) -> None:
    stage.reset()
    name = next(file for file in MANIFEST["files"] if file.startswith("fill-"))
    packed = stage.client.get(f"/web-form/{name}", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "immutable" in packed.headers["Cache-Control"]
    plain = stage.client.get(f"/web-form/{name}", headers={"Accept-Encoding": "identity"})
    assert plain.data == gzip.decompress(packed.data)
    worker = stage.client.get("/web-form-worker.js")
    assert worker.headers["Cache-Control"] == "no-cache"
    assert "Apache" in stage.client.get("/web-form/licences.txt").text
    for other in ("manifest.json", "..%2Fpackage.json", "none.js"):
        assert stage.client.get(f"/web-form/{other}").status_code == 404
