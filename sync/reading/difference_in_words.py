"""What two versions of a sheet do not have in common, in the form's own labels and words. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from forms.definition.definition import Definition
from sync.instance.instance import Scope
from sync.reading.difference import Difference, path_of
from sync.reading.legible import Names, answers_around, in_words, where_in_words


@dataclass(frozen=True, slots=True)
class DifferenceInWords:
    """One answer that is not the same."""

    label: str
    """The question, with the row of each repeat around it."""
    old: str
    """"" where it was not answered."""
    new: str


def differences_in_words(
    found: Iterable[Difference],
    definitions: tuple[Definition, ...],
    language: str,
    names: Names,
    root: Scope,
) -> list[DifferenceInWords]:
    """The differences that people can see: of questions with a label, in the order of `found`.

    `definitions` are those of both versions, the one whose words count more first: a question may be in one alone.
    What a form computes or notes by itself (its metadata, sums) is left out. `root` has the answers of the newer
    version, which labels may name.
    """
    sentence = []
    for difference in found:
        path = path_of(difference.path)
        definition = next((known for known in definitions if path in known.by_path), None)
        if definition is None or not definition.by_path[path].labels:
            continue
        asked = definition.by_path[path]
        answers = answers_around(root, difference.path)
        old, new = (
            in_words(definition, asked, text, language, names, answers) if text else ""
            for text in (difference.old, difference.new)
        )
        label = where_in_words(definition, difference.path, language, answers, names)
        sentence.append(DifferenceInWords(label, old, new))
    return sentence
