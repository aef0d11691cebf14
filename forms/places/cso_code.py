"""The code of an organisation as it is compared: parsed once where it comes in, shown in capitals in one place.

Lists, accounts and sheets write it in any case; two that differ in nothing else are the same organisation's. Whoever
compares, looks up or keeps a code takes a `CsoCode`, so that none is forgotten: a code that was not folded shows a
coordinator nothing.
"""

from typing import Self


class CsoCode(str):
    """A code without regard to case or blanks around it, "" for no organisation.

    It is a text, so that SQL, JSON and pages take it as it is.

    >>> CsoCode(" Tagne ") == CsoCode("TAGNE"), CsoCode("TAGNE").shown
    (True, 'TAGNE')
    """

    __slots__ = ()

    def __new__(cls, written: str = "") -> Self:
        """Of what somebody wrote."""
        return super().__new__(cls, written.strip().casefold())

    @property
    def shown(self) -> str:
        """As people read it where nobody's list tells how it is written."""
        return self.upper()


NO_CSO = CsoCode()
"""Of what belongs to no organisation."""
