"""A sex and age pyramid as SVG, drawn here: women to the left, men to the right, ages between. Pure.

Readable in grey and on paper: women solid, men hatched, and what is not verified yet an outline.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from aggregates.report.pivot import Figure
from server.words.drawing import WIDTH, text_width, written_at
from server.words.language import mark, number, translate

BAR, STEP, TOP = 22, 34, 30
BAND_FONT, NUMBER_FONT, HEADING_FONT = 12, 13.5, 13.5
"""Bold letters are wider than their height tells."""
WOMEN, MEN = mark("Women and girls"), mark("Men and boys")


@dataclass(frozen=True, slots=True)
class Step:
    """One age band."""

    band: str
    """In words."""
    women: Figure
    men: Figure


def pyramid(steps: Sequence[Step], *, status: str, title: str, language: str) -> Markup:
    """The drawing of these bands, the first at the top; numbers stand at the outer ends of their bars.

    `status` "verified" draws verified numbers alone; else bars are provisional, their verified part filled.
    """
    figures = [figure for step in steps for figure in (step.women, step.men)]
    largest = max([1, *(drawn.of(status) for drawn in figures)])
    margin = 8 + max(
        [10, *(text_width(number(language, drawn.of(status)), NUMBER_FONT) for drawn in figures)]
    )
    gutter = 16 + max([40, *(text_width(step.band, BAND_FONT) for step in steps)])
    half = (WIDTH - gutter) / 2 - margin
    left, right = WIDTH / 2 - gutter / 2, WIDTH / 2 + gutter / 2
    women, men = translate(language, WOMEN), translate(language, MEN)
    parts = [  # nearest to their bars, but never over the edge
        _heading(max(left, text_width(women, HEADING_FONT)), "end", women),
        _heading(min(right, WIDTH - text_width(men, HEADING_FONT)), "start", men),
    ]
    style = _PyramidStyle(half / largest, status, language)
    for position, step in enumerate(steps):
        top = TOP + position * STEP
        middle = top + BAR / 2
        parts.append(
            Markup('<text class="band" x="{}" y="{}" text-anchor="middle" dy="0.35em">{}</text>').format(
                written_at(WIDTH / 2), written_at(middle), step.band
            )
        )
        parts.append(_bar(style, _Side("women", left, -1), step.women, step.band, top))
        parts.append(_bar(style, _Side("men", right, 1), step.men, step.band, top))
    height = TOP + max(1, len(steps)) * STEP
    return Markup(
        '<svg class="drawing" role="img" aria-label="{}" viewBox="0 0 {} {}" xmlns="http://www.w3.org/2000/svg">'
        '<defs><pattern id="hatched" width="5" height="5" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect class="hatch-ground" width="5" height="5"/>'
        '<line class="hatch" x1="1" y1="0" x2="1" y2="5" stroke-width="2.4"/></pattern></defs>{}</svg>'
    ).format(title, WIDTH, height, Markup("").join(parts))


def _heading(x: float, anchor: str, text: str) -> Markup:
    return Markup('<text class="side" x="{}" y="14" text-anchor="{}">{}</text>').format(
        written_at(x), anchor, text
    )


@dataclass(frozen=True, slots=True)
class _PyramidStyle:
    """How all bars of a pyramid are drawn."""

    scale: float
    """Length of one person."""
    status: str
    language: str


@dataclass(frozen=True, slots=True)
class _Side:
    """One half of a pyramid."""

    kind: str
    """"women" or "men"."""
    edge: float
    """Where its bars begin."""
    direction: int
    """-1 to the left, 1 to the right."""


def _bar(style: _PyramidStyle, side: _Side, figure: Figure, band: str, top: float) -> Markup:
    """One bar from the gutter outwards, its number at its end."""
    value, verified, language = figure.of(style.status), figure.verified, style.language
    parts = []
    for name, count in (("expected", value), (side.kind, verified)):
        length = count * style.scale
        x = side.edge - length if side.direction < 0 else side.edge
        fill = Markup(' fill="url(#hatched)"') if name == "men" else ""
        parts.append(
            Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"{}/>').format(
                name, written_at(x), written_at(top), written_at(length), BAR, fill
            )
        )
    people = WOMEN if side.kind == "women" else MEN
    words = translate(
        language,
        mark("{who}, {band}: {provisional} provisional, {verified} verified"),
        who=translate(language, people),
        band=band,
        provisional=number(language, figure.provisional),
        verified=number(language, verified),
    )
    return Markup(
        '<g><title>{}</title>{}<text class="count" x="{}" y="{}" dy="0.35em" text-anchor="{}">{}</text></g>'
    ).format(
        words,
        Markup("").join(parts),
        written_at(side.edge + side.direction * (value * style.scale + 6)),
        written_at(top + BAR / 2),
        "end" if side.direction < 0 else "start",
        number(language, value),
    )
