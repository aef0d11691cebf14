"""One row of the tables that turn refusals into answers: each feature declares its own in its `problems.py`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from forms.base.refusal import Refusal

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """How one kind of refusal is told."""

    code: float
    """ODK Central's where Central has the case; its whole part is the HTTP status."""
    sentence: str
    """What it says and what to do, in English, with the names of its facts in braces; translated when it is told."""
    words: Callable[[Facts, str], Facts] | None = None
    """Takes the refusal's facts and a language, gives those of them that are not told as they stand."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        return int(self.code)


Problems = Mapping[type[Refusal], Problem]
"""The rows of one feature: every class of refusal that it raises or serves."""
