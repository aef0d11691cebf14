"""Every refusal is told by its row: a code, an HTTP status, and a sentence that says what to do.

The rows are the features' own (`problems.py` in each folder); whoever starts fiche registers them here
(`server.problems`). Phones show the sentence as it stands, so its first words say what the animator should do.
"""

from collections.abc import Callable, Iterable

from forms.base.refusal import Refusal
from server.base.problem import Problem, Problems
from server.words.language import translate

_ROWS: dict[type[Refusal], Problem] = {}
_LATER: list[Callable[[], Iterable[Problems]]] = []


def register(features: Iterable[Problems]) -> None:
    """Take in the rows of features, again too. Raises ValueError where two rows tell one class of refusal."""
    for rows in features:
        for refused, row in rows.items():
            if _ROWS.setdefault(refused, row) is not row:
                raise ValueError(f"{refused.__name__} is told by two rows")


def register_when_asked(load: Callable[[], Iterable[Problems]]) -> None:
    """Take in the rows that `load` gives once an error is to be told: most commands tell none, and they all start."""
    _LATER.append(load)


def problem_of(refusal: Refusal) -> Problem:
    """The row of an error's class. Raises KeyError for one that no feature tells, which a test finds."""
    while type(refusal) not in _ROWS and _LATER:
        register(_LATER.pop()())
    return _ROWS[type(refusal)]


def sentence(refusal: Refusal, language: str) -> str:
    """What to tell the person, in their language."""
    row = problem_of(refusal)
    facts = {name: _plain(fact) for name, fact in refusal.facts.items()}
    if row.words is not None:
        facts |= row.words(refusal.facts, language)
    return translate(language, row.sentence, **facts)


def _plain(fact: object) -> object:
    if isinstance(fact, tuple | list):
        return ", ".join(str(part) for part in fact) or "–"
    return "–" if fact in ("", None) else fact
