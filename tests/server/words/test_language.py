"""The two languages: nothing is left in English for a French reader, and holes are filled."""

import gettext
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from string import Formatter
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

import server
from server.words.compiled import bring_up_to_date
from server.words.compiled import compiled as compiled_texts
from server.words.language import FOLDER, language_of_locale, moment, number, translate, translate_plural

ROOT = Path(next(iter(server.__path__))).parent
PO = FOLDER / "fr" / "LC_MESSAGES" / "fiche.po"
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "mark": None,
    "translate": (2,),
    "translate_plural": (2, 3),
    "plural": (1, 2),
}


def french() -> Catalog:
    """The catalogue as it is written."""
    with PO.open("rb") as file:
        return read_po(file, "fr", abort_invalid=True)


def texts(message: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    """A message's text, or its two forms."""
    return (message,) if isinstance(message, str) else tuple(message or ())


def is_ours(folder: str | os.PathLike[str]) -> bool:
    """Whether the extraction goes into a folder."""
    return (ROOT / "server") in (Path(folder), *Path(folder).parents)


def written() -> Iterator[str]:
    """Every English text of the code and the pages, singular forms alone."""
    with (FOLDER / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    for found in extract_from_dir(ROOT, methods, options, KEYWORDS, directory_filter=is_ours):
        yield texts(found[2])[0]


def holes(message: str) -> list[str]:
    """Names in braces with how they are shown, and the older `%(…)s`."""
    braces = [f"{name}!{shown}" for _, name, _, shown in Formatter().parse(message) if name]
    return sorted({*braces, *re.findall(r"%\(\w+\)s", message)})


def test_every_text_has_its_french() -> None:
    catalogue = french()
    untold = {text for text in written() if text not in catalogue or not all(texts(catalogue[text].string))}
    assert untold == set()
    assert len(set(written())) > 150  # the extraction still finds them


def test_no_french_is_left_over_or_unsure() -> None:
    assert [message.id for message in french() if message.id and message.fuzzy] == []


def test_the_french_is_written_with_one_apostrophe() -> None:
    told = [text for message in french() if message.id for text in texts(message.string)]
    assert [text for text in told if re.search(r"\w'\w", text)] == []


def test_the_french_fills_the_same_holes() -> None:
    wrong = [str(message.id) for message in french() if message.id and not says_the_same(message)]
    assert wrong == []


def says_the_same(message: Message) -> bool:
    """Whether the French has as many forms as the English, the same holes, and the same space before it."""
    english, told = texts(message.id), texts(message.string)
    return (
        len(told) == (2 if len(english) == 2 else 1)
        and all(told)
        and {hole for text in told for hole in holes(text)}
        == {hole for text in english for hole in holes(text)}
        and space_before(english[0]) == space_before(told[0])
    )


def space_before(text: str) -> tuple[bool, int]:
    """Whether it begins on a new line, and how many signs of space come first."""
    return text.startswith("\n"), len(text) - len(text.lstrip())


def test_the_compiled_catalogue_is_that_of_the_written_one() -> None:
    compiled = gettext.GNUTranslations(BytesIO(compiled_texts(PO)))
    for message in french():
        one, *several = texts(message.id)
        if several:
            told = tuple(compiled.ngettext(one, several[0], count) for count in (1, 2))
            assert told == texts(message.string)
        elif one:
            assert compiled.gettext(one) == message.string


def test_french_is_there_without_being_compiled_and_follows_what_is_written(tmp_path: Path) -> None:
    written = tmp_path / "fr" / "LC_MESSAGES" / "fiche.po"
    written.parent.mkdir(parents=True)
    for second, word in enumerate(("Feuille", "Fiche")):
        written.write_text(f'msgid "Sheet"\nmsgstr "{word}"\n', "utf-8")
        os.utime(written, (second, second))
        bring_up_to_date(written)
        with written.with_suffix(".mo").open("rb") as file:
            assert gettext.GNUTranslations(file).gettext("Sheet") == word
        os.utime(written.with_suffix(".mo"), (second, second))
    written.unlink()  # as in an installation
    bring_up_to_date(written)
    assert [path.name for path in written.parent.iterdir()] == ["fiche.mo"]


def test_a_text_without_french_stays_english() -> None:
    assert translate("fr", "{name} is nowhere in the catalogue", name="x") == "x is nowhere in the catalogue"
    assert translate("bm", "Sheet received. Thank you.") == "Sheet received. Thank you."


def test_braces_in_what_was_asked_for_are_no_holes() -> None:
    assert "{email!r} {0}" in translate("fr", "{email} has an account already.", email="{email!r} {0}")


def test_numbers_days_and_plurals_follow_the_language() -> None:
    assert (number("en", 139_327), number("fr", 139_327)) == ("139,327", "139\u202f327")
    night = datetime(2020, 3, 8, 23, 30, tzinfo=UTC)
    assert moment("fr", night, ZoneInfo("Africa/Bamako")) == "8 mars 2020, 23:30"
    assert moment("en", night, ZoneInfo("Europe/Paris")) == "9 March 2020, 00:30"
    forms = ("{count} place was written.", "{count} places were written.")
    told = [translate_plural("fr", *forms, count) for count in (0, 1, 2)]
    assert told[0].partition(" ")[2] == told[1].partition(" ")[2] != told[2].partition(" ")[2]


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "fr_ML.UTF-8"}, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "C", "LC_MESSAGES": "FR"}, "fr"),
        ({"LANG": "fr", "LC_ALL": ""}, "fr"),
        ({"LANG": "bm_ML"}, "en"),
    ],
)
def test_a_terminals_language_is_read_as_posix_orders_it(environment: dict[str, str], language: str) -> None:
    assert language_of_locale(environment) == language
