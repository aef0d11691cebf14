"""What a page says after something was done, and how it is carried there: in the address, behind the answer 303."""

from urllib.parse import quote

from flask import g, request

from server.base.whole_number import whole_number
from server.words.language import translate_plural

ADDED = ("done", "count", "overtaken", "undone", "ask", "tick", "said")
"""Options that tell of the last decision; the next one leaves them out."""
MOST_TOLD = 99_999


def with_option(address: str, name: str, value: str) -> str:
    """An address with one more option."""
    return f"{address}{'&' if '?' in address else '?'}{name}={quote(value, safe='')}"


def without_notice(address: str) -> str:
    """An address without what an earlier decision left in it."""
    path, _, options = address.partition("?")
    kept = [part for part in options.split("&") if part and part.partition("=")[0] not in ADDED]
    return f"{path}?{'&'.join(kept)}" if kept else path


def back(base: str, wanted: str) -> str:
    """Where the form stood, if that is a page below `base`; else `base`.

    No address of ours holds a sign that is not printed: a break of line would end the header that it is sent in.
    """
    is_below = wanted == base or wanted.startswith((f"{base}?", f"{base}/"))
    return without_notice(wanted) if is_below and wanted.isprintable() else base


def batch() -> str:
    """The decision that may be taken back, "" for none."""
    return request.args.get("done", "")[:32]


def decided() -> str:
    """What a decision did, in a sentence."""
    counts = {
        name: whole_number(request.args.get(name, ""), most=MOST_TOLD)
        for name in ("count", "undone", "overtaken")
    }
    language: str = g.language
    said = []
    if count := counts["count"]:
        said.append(
            translate_plural(
                language,
                "{count} sheet was decided on.",
                "{count} sheets were decided on.",
                count,
            )
        )
    if undone := counts["undone"]:
        said.append(
            translate_plural(
                language,
                "The decision on {count} sheet was taken back.",
                "The decision on {count} sheets was taken back.",
                undone,
            )
        )
    if overtaken := counts["overtaken"]:
        said.append(
            translate_plural(
                language,
                "{count} sheet was changed by somebody else meanwhile: look at it again.",
                "{count} sheets were changed by somebody else meanwhile: look at them again.",
                overtaken,
            )
        )
    return " ".join(said)
