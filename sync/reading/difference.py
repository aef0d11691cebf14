"""What changed between two versions of a submission: path by path, repeats by their position. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from sync.instance.instance import Instance

Path = tuple[str | tuple[str, int], ...]
"""Element names from the root's children down; an element that stands several times, with its place from 0."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One answer that is not the same. None: it was not there, or is not there any more."""

    path: Path
    old: str | None
    new: str | None


def differences(
    old: Instance, new: Instance, repeats: frozenset[str], *, withheld: frozenset[str] = frozenset()
) -> list[Difference]:
    """What an edit changed, in the order of the newer version; what is gone comes last.

    `repeats` are the paths of the form's repeats ("/participant"): their elements carry a position even where
    there is one alone. An empty answer and one that is left out are the same. `withheld` are questions that are
    not told of.
    """
    before, after = dict(_answers(old.root, (), "", repeats)), dict(_answers(new.root, (), "", repeats))
    paths = [*after, *(path for path in before if path not in after)]
    return [
        Difference(path, before.get(path), after.get(path))
        for path in paths
        if before.get(path) != after.get(path) and path_of(path) not in withheld
    ]


def written_path(path: Path) -> list[str | list[str | int]]:
    """The path as ODK Central writes it in JSON: ["participant", 0] for a repeat."""
    return [list(step) if isinstance(step, tuple) else step for step in path]


def path_of(path: Path) -> str:
    """The question at a path, as definitions name it: "/participant/nom"."""
    return "".join(f"/{step[0] if isinstance(step, tuple) else step}" for step in path)


def _answers(
    element: etree._Element, path: Path, names: str, repeats: frozenset[str]
) -> Iterator[tuple[Path, str]]:
    seen: dict[str, int] = {}
    for child in element:
        if not isinstance(child.tag, str):
            continue
        name = child.tag.rpartition("}")[2]
        here = f"{names}/{name}"
        position = seen.get(name, 0)
        seen[name] = position + 1
        step: str | tuple[str, int] = (name, position) if here in repeats or position else name
        if any(isinstance(part.tag, str) for part in child):
            yield from _answers(child, (*path, step), here, repeats)
        elif child.text and child.text.strip():
            yield (*path, step), child.text
