"""What changed in a month in words: « +12 fiches arrivées tard, −1 double, 3 corrigées », with people and sessions."""

from collections.abc import Iterable, Mapping, Sequence

from aggregates.compilation.source import Sums
from aggregates.history.change import ChangeGroup
from server.compilation.table import Reader
from server.compilation.words import COUNTED, HEADINGS
from server.words.language import mark, number, translate_plural
from server.words.table_file import WORDS

MINUS = "−"


def kind_in_words(kind: str, count: int, language: str) -> str:
    """ "+12 sheets arrived late"."""

    def plural(one: str, many: str) -> str:
        return translate_plural(language, one, many, count)

    words = {
        "late": lambda: plural("+{count} sheet arrived late", "+{count} sheets arrived late"),
        "arrived": lambda: plural("+{count} sheet arrived", "+{count} sheets arrived"),
        "restored": lambda: plural("+{count} out of the trash", "+{count} out of the trash"),
        "moved_in": lambda: plural("+{count} came from another CSO", "+{count} came from another CSO"),
        "month_entered": lambda: plural(
            "+{count} came from another month", "+{count} came from another month"
        ),
        "taken_back": lambda: plural("+{count} no longer rejected", "+{count} no longer rejected"),
        "double": lambda: plural("−{count} double", "−{count} doubles"),
        "rejected": lambda: plural("−{count} rejected", "−{count} rejected"),
        "deleted": lambda: plural("−{count} put into the trash", "−{count} put into the trash"),
        "moved_out": lambda: plural("−{count} went to another CSO", "−{count} went to another CSO"),
        "month_left": lambda: plural("−{count} went to another month", "−{count} went to another month"),
        "corrected": lambda: plural("{count} corrected", "{count} corrected"),
        "approved": lambda: plural("{count} newly approved", "{count} newly approved"),
        "unapproved": lambda: plural("{count} no longer approved", "{count} no longer approved"),
        "returned": lambda: plural(
            "{count} given back to be corrected", "{count} given back to be corrected"
        ),
        "received_again": lambda: plural("{count} to decide on again", "{count} to decide on again"),
        "recounted": lambda: plural("{count} counted otherwise", "{count} counted otherwise"),
        "late_rejected": lambda: plural(
            "{count} arrived late and was rejected", "{count} arrived late and were rejected"
        ),
        "arrived_rejected": lambda: plural(
            "{count} arrived and was rejected", "{count} arrived and were rejected"
        ),
    }
    return words[kind]()


def groups_in_words(groups: Iterable[ChangeGroup], language: str) -> str:
    """All kinds as one sentence without its full stop; "" for none."""
    return ", ".join(kind_in_words(group.kind, len(group.sheets), language) for group in groups)


def signed(value: int, language: str) -> str:
    """A difference with its sign; nought without.

    >>> signed(12, "en"), signed(-3, "en"), signed(0, "en")
    ('+12', '−3', '0')
    """
    text = number(language, abs(value))
    return f"+{text}" if value > 0 else f"{MINUS}{text}" if value < 0 else text


def differences_in_words(brings: Mapping[str, tuple[Sums, Sums]], reader: Reader) -> list[str]:
    """What changes bring, a text for each thing that is counted: « Participants : +52 (vérifié : +10) »."""
    told = []
    for label, provisional, verified in _numbers(brings, reader):
        text = f"{label}{reader.colon}{signed(provisional, reader.language)}"
        if verified:
            text += f" ({reader.said(mark('verified'))}{reader.colon}{signed(verified, reader.language)})"
        told.append(text)
    return told


def _numbers(brings: Mapping[str, tuple[Sums, Sums]], reader: Reader) -> Iterable[tuple[str, int, int]]:
    """The label of each thing counted that differs, and its differences under either status."""
    for counted, (provisional, verified) in brings.items():
        for column in _columns(provisional, verified):
            before = WORDS[counted] if column == "total" else _label(counted, column)
            yield reader.said(before), provisional.get(column, 0), verified.get(column, 0)


def _columns(provisional: Sums, verified: Sums) -> Sequence[str]:
    """Totals, and what has none: the four cells stand in the compilation sheet."""
    parts = {"h", "f", "g", "fi", "autres", "nv_h", "nv_f", "nv_g", "nv_fi", "nv_autres"}
    return [column for column in dict.fromkeys([*provisional, *verified]) if column not in parts]


def _label(counted: str, column: str) -> str:
    if column == "tenues":
        return COUNTED.get(counted, WORDS[counted])
    return {"nv_total": mark("New persons")}.get(column) or HEADINGS[column][1]
