"""What two versions of a sheet do not have in common, in the form's own labels and words. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from forms.definition import Definition
from sync.difference import Difference, Path, path_of
from sync.instance import Scope
from sync.legible import Answers, Names, answers_around, in_words, label_of


@dataclass(frozen=True, slots=True)
class ToldDifference:
    """One answer that is not the same."""

    label: str
    """The question, with the row of each repeat around it."""
    old: str
    """"" where it was not answered."""
    new: str


def told_differences(
    found: Iterable[Difference],
    definitions: tuple[Definition, ...],
    language: str,
    names: Names,
    root: Scope,
) -> list[ToldDifference]:
    """The differences that people can see: of questions with a label, in the order of `found`.

    `definitions` are those of both versions, the one whose words count more first: a question may be in one alone.
    What a form computes or notes by itself (its metadata, sums) is left out. `root` has the answers of the newer
    version, which labels may name.
    """
    told = []
    for each in found:
        path = path_of(each.path)
        definition = next((one for one in definitions if path in one.by_path), None)
        if definition is None or not definition.by_path[path].labels:
            continue
        asked = definition.by_path[path]
        answers = answers_around(root, each.path)
        old, new = (
            in_words(definition, asked, text, language, names, answers) if text else ""
            for text in (each.old, each.new)
        )
        told.append(ToldDifference(_label(definition, each.path, language, answers, names), old, new))
    return told


def _label(definition: Definition, path: Path, language: str, answers: Answers, names: Names) -> str:
    """The question's label, after those of the repeats that it stands in, each with its row."""
    words, here = [], ""
    for step in path:
        here = f"{here}/{_name(step)}"
        asked = definition.by_path.get(here)
        if asked is None:
            continue
        label = label_of(asked.labels, language, definition, answers, names) if asked.labels else asked.name
        if isinstance(step, tuple):
            words.append(f"{label} {step[1] + 1}")
        elif here.count("/") == len(path):
            words.append(label)
    return " › ".join(words)


def _name(step: str | tuple[str, int]) -> str:
    return step if isinstance(step, str) else step[0]
