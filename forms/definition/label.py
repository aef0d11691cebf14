"""The holes in a form's texts into which form engines put another answer: `${q}` in the spreadsheet. Pure.

An XForm writes them as <output value="/data/group/q"/>. Read, they stand in the text as "${/group/q}"; a hole that is
filled by more than a plain answer names the first question that it asks.
"""

import posixpath
import re
from collections.abc import Callable

from lxml import etree

HOLE = re.compile(r"\$\{([^{}]*)\}")
PATH = re.compile(r"(?:current\(\)/)?(?:\.\./)+[\w./-]*\w|/[\w.-]+(?:/[\w.-]+)+")
OPEN = "…"
"""What stands in a hole while nobody knows the answer."""


def text_of(element: etree._Element) -> str:
    """The words of a label, each output in it as a hole with its expression."""
    words = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str):
            is_hole = child.tag.rpartition("}")[2] == "output"
            asked = child.get("value") or child.get("ref") or ""
            words.append(f"${{{asked.strip()}}}" if is_hole else "".join(child.itertext()))
        words.append(child.tail or "")
    return "".join(words).strip()


def settled(text: str, node: str) -> str:
    """The text with the path of a question below the root in each hole; `node` is whose text it is ("/data/group/q").

    >>> settled("${ ../nom } et ${/data/age}", "/data/membre/lien")
    '${/membre/nom} et ${/age}'
    """
    if "${" not in text:
        return text
    root = "/" + node.split("/")[1]

    def path(hole: re.Match[str]) -> str:
        found = PATH.search(hole[1])
        if found is None:
            return "${}"
        asked = found[0].removeprefix("current()/")
        whole = asked if asked.startswith("/") else posixpath.normpath(f"{node}/{asked}")
        return f"${{{whole.removeprefix(root)}}}"

    return HOLE.sub(path, text)


def filled(text: str, answer: Callable[[str], str]) -> str:
    """The text with `answer` of each hole's path; "" leaves the hole open.

    >>> filled("${/n} personnes", {"/n": "12"}.get), filled("${/n} personnes", lambda path: "")
    ('12 personnes', '… personnes')
    """
    return HOLE.sub(lambda hole: answer(hole[1]) or OPEN, text) if "${" in text else text
