"""`make texts`: brings the French catalogue up to the texts of the code and the pages.

New texts are added without French and listed; those that nobody says any more are taken out. The command line
library's own texts (its errors and headings) are collected from the library, so that they stay in the catalogue.
"""

import os
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from forms.definition import measure as measure_table

HERE = Path(__file__).parent
PO = HERE / "fr" / "LC_MESSAGES" / "fiche.po"
KEYWORDS = {"_": None, "mark": None, "translate": (2,), "translate_plural": (2, 3), "plural": (1, 2)}
LIBRARY_KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
HEADER = """# Textes de fiche en français.
msgid ""
msgstr ""
"Language: fr\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""


def texts(known: Catalog) -> Iterator[Any]:
    """Every English text that somebody may read, singular and plural together."""
    with (HERE / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    root = HERE.parent.parent
    for message in extract_from_dir(root, methods, options, KEYWORDS, directory_filter=is_ours):
        yield message[2]
    yield from (measure.english for measure in measure_table.ALL.values())
    library = Path(click.__file__).parent
    for message in extract_from_dir(library, [("**.py", "python")], {}, LIBRARY_KEYWORDS):
        translated = known.get(first(message[2])) if message[2] else None
        if translated is not None and is_translated(translated):
            yield message[2]


def is_ours(folder: str | os.PathLike[str]) -> bool:
    """Whether texts are looked for in a folder."""
    server = HERE.parent
    return server in (Path(folder), *Path(folder).parents)


def main() -> int:
    """Write the catalogue; gives how many texts have no French yet."""
    with PO.open("rb") as file:
        known = read_po(file, "fr")
    catalogue = Catalog("fr")
    french = {measure.english: measure.french for measure in measure_table.ALL.values()}
    for text in sorted(set(texts(known)), key=str):
        if text:
            before = known.get(first(text))
            catalogue.add(
                text,
                before.string if before else french.get(first(text), ""),
                flags=before.flags if before else (),
            )
    content = BytesIO()
    write_po(content, catalogue, width=110, sort_output=True, omit_header=True, no_location=True)
    PO.write_text(f"{HEADER}\n{content.getvalue().decode()}", "utf-8")
    with PO.open("rb") as file:
        catalogue = read_po(file, "fr")
    untold = [message.id for message in catalogue if message.id and not is_translated(message)]
    for text in untold:
        print(f"no French yet: {text!r}")
    return len(untold)


def first(text: str | tuple[str, ...] | list[str]) -> str:
    """A text, or the singular of its two forms: what catalogues look texts up by."""
    return text if isinstance(text, str) else text[0]


def is_translated(message: Message) -> bool:
    """Whether a text has its French, in both forms where it has two."""
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
