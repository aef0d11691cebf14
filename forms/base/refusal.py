"""The parent of every error that is somebody's to mend: it carries facts, never a sentence.

`server/web/problem.py` turns each class into a status, a code and a sentence in the reader's language.
"""

from typing import Any


class Refusal(Exception):
    """Something was asked that cannot be done; `facts` says about what.

    >>> Refusal(form_id="seance").facts["form_id"]
    'seance'
    """

    def __init__(self, **facts: Any) -> None:
        super().__init__(type(self).__name__, facts)
        self.facts = facts
