"""Whole numbers as addresses and forms write them: everything else that stands there is none."""

LARGEST = 10**18 - 1
"""What SQLite keeps, rounded down to whole digits."""


def whole_number(written: str, *, most: int = LARGEST) -> int | None:
    """The number, None for another text or for more than `most`.

    >>> whole_number("12"), whole_number("-1"), whole_number("²"), whole_number("9" * 19), whole_number("7", most=6)
    (12, None, None, None, None)
    """
    if not (written.isascii() and written.isdigit() and len(written) <= len(str(most))):
        return None
    number = int(written)
    return number if number <= most else None
