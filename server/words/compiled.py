"""Catalogues as gettext reads them (.mo), made from those that people write (.po).

An installation was given them when it was built (setup.py), and has no .po. A checkout keeps none in git: they
are made when a text is first asked for, and again when the .po is newer. This file imports nothing of fiche's,
because building runs it alone.
"""

import os
from io import BytesIO
from pathlib import Path


def compiled(catalogue: Path) -> bytes:
    """The content of the .mo of a .po file. Raises babel's PoFileError where it is no catalogue."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    content = BytesIO()
    with catalogue.open("rb") as file:
        write_mo(content, read_po(file, catalogue.parent.parent.name, abort_invalid=True))
    return content.getvalue()


def bring_up_to_date(catalogue: Path) -> None:
    """Write the .mo beside a .po file that is newer; a catalogue without .po stays as it is.

    Two processes may do so at once: each puts a whole file in place. Raises OSError where nothing can be written.
    """
    result = catalogue.with_suffix(".mo")
    if not catalogue.exists():
        return
    if result.exists() and result.stat().st_mtime_ns >= catalogue.stat().st_mtime_ns:
        return
    draft = result.with_name(f".{result.name}.{os.getpid()}")
    draft.write_bytes(compiled(catalogue))
    draft.replace(result)
