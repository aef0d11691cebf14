"""What drawings share: their width, how wide a text is, and how coordinates are written. Pure."""

WIDTH = 360
"""In units of the drawing: a phone's width, so that its letters stay as large as the page's."""
LETTER = 0.62
"""Width of a letter, as a share of its height: a digit's, and more than most letters'."""


def text_width(text: str, font: float) -> float:
    """How wide a text is at most, near enough to leave room for it."""
    return len(text) * font * LETTER


def written_at(value: float) -> str:
    """A coordinate with one decimal, none where it is whole.

    >>> written_at(12.0), written_at(0.25)
    ('12', '0.2')
    """
    return f"{value:.1f}".removesuffix(".0")


def nice_top(largest: int) -> int:
    """The round number at the top of an axis: 1, 2, 4, 5, 6 or 8 times a power of ten, and even where it can.

    >>> nice_top(0), nice_top(7), nice_top(139_327)
    (2, 8, 200000)
    """
    power = 1
    while True:
        for step in (1, 2, 4, 6, 8):
            if step * power >= largest and step * power >= 2:
                return step * power
        power *= 10
