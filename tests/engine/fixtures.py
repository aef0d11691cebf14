"""The engine as a fixture, and the shipped sheets as phones get them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from forms.definition.convert import convert_sheet
from forms.places.place import media_files
from server.upkeep.install import shipped_places
from tests.engine.javarosa import JavaRosa

SHEETS = Path(__file__).parent.parent.parent / "forms" / "sheets"


@dataclass(frozen=True)
class BlankSheet:
    """A shipped sheet, converted, with its media in a folder."""

    form: Path
    media: Path


@pytest.fixture(scope="session")
def javarosa(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JavaRosa]:
    """The engine of ODK Collect."""
    engine = JavaRosa(tmp_path_factory.mktemp("javarosa"))
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def blank_sheets(tmp_path_factory: pytest.TempPathFactory) -> dict[str, BlankSheet]:
    """The shipped sheets by form id."""
    folder = tmp_path_factory.mktemp("sheets")
    media = folder / "media"
    media.mkdir()
    for name, content in media_files(shipped_places(), "2020-03-08").items():
        (media / name).write_bytes(content)
    for name in ("a_corriger.csv", "campagnes.csv", "mecanismes.csv"):
        (media / name).write_bytes((SHEETS / name).read_bytes())
    sheets = {}
    for path in SHEETS.glob("*.xlsx"):
        converted = convert_sheet(path.read_bytes(), file_type=".xlsx", fallback_id=path.stem, java=None)
        form = folder / f"{path.stem}.xml"
        form.write_bytes(converted.xml)
        sheets[path.stem] = BlankSheet(form, media)
    return sheets
