"""Counts by month as SVG, drawn here: bars of provisional numbers with the verified part inside. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from aggregates.report.pivot import Figure
from forms.base.month import FIRST, Month
from server.words.days import month_in_words
from server.words.drawing import WIDTH, nice_top, text_width, written_at
from server.words.language import mark, number, translate

MOST = 24
"""Months; older ones are left out."""
HEIGHT, TOP, FOOT = 190, 20, 36
FONT = 12
WIDEST = 34
FEW, SOME = 6, 8
"""Up to so many months each bar has its number, or its month's name in short."""


def months_shown(told: Sequence[str], most: int = MOST) -> list[str]:
    """The months of a chart: from the first to the last that has sheets, the latest `most` of them.

    >>> months_shown(["2020-03", "2020-01"])
    ['2020-01', '2020-02', '2020-03']
    """
    if not told:
        return []
    last = Month.parse(max(told))
    first = max(Month.parse(min(told)), Month.numbered(max(FIRST.ordinal, last.ordinal - most + 1)))
    return [str(month) for month in first.until(last)]


def month_chart(
    counts: Mapping[str, Figure], months: Sequence[str], *, status: str, title: str, language: str
) -> Markup:
    """The bars of these months, in order; a month without sheets is a gap. `status` as for the pyramid."""
    top = nice_top(max([1, *(counts[month].of(status) for month in months if month in counts)]))
    left = 8 + max(text_width(number(language, tick), FONT) for tick in (top, top // 2))
    step = (WIDTH - left - 4) / max(1, len(months))
    floor = HEIGHT - FOOT
    parts = [_grid(value, left, floor, top, language) for value in (0, top // 2, top)]
    style = _ChartStyle(min(WIDEST, step * 0.72), (floor - TOP) / top, status, len(months) <= FEW, language)
    for position, month in enumerate(months):
        middle = left + step * (position + 0.5)
        parts.append(_month(month, middle, len(months), is_first=position == 0, language=language))
        if month in counts:
            parts.append(style.bar(month, counts[month], middle))
    return Markup(
        '<svg class="drawing" role="img" aria-label="{}" viewBox="0 0 {} {}" xmlns="http://www.w3.org/2000/svg">'
        "{}</svg>"
    ).format(title, WIDTH, HEIGHT, Markup("").join(parts))


def _grid(value: int, left: float, floor: float, top: int, language: str) -> Markup:
    y = floor - value * (floor - TOP) / top
    return Markup(
        '<line class="grid" x1="{}" y1="{}" x2="{}" y2="{}"/>'
        '<text class="axis" x="{}" y="{}" dy="0.35em" text-anchor="end">{}</text>'
    ).format(
        written_at(left), written_at(y), WIDTH, written_at(y), written_at(left - 5), written_at(y),
        number(language, value),
    )  # fmt: skip


def _month(month: str, middle: float, count: int, *, is_first: bool, language: str) -> Markup:
    """The month below its bar, in short or by its first letter; the year below the first one and each January."""
    pattern = "LLL" if count <= SOME else "LLLLL"
    lines = [(HEIGHT - FOOT + 14, month_in_words(language, month, pattern))]
    if is_first or month.endswith("-01"):
        lines.append((HEIGHT - 6, month[:4]))
    return Markup("").join(
        Markup('<text class="axis" x="{}" y="{}" text-anchor="middle">{}</text>').format(
            written_at(middle), y, text
        )
        for y, text in lines
    )


@dataclass(frozen=True, slots=True)
class _ChartStyle:
    """How all bars of a chart are drawn."""

    width: float
    scale: float
    """Height of one person."""
    status: str
    has_numbers: bool
    """Whether each bar has its number above it."""
    language: str

    def bar(self, month: str, figure: Figure, middle: float) -> Markup:
        """The bar of a month, around a line at `middle`."""
        floor = HEIGHT - FOOT
        value = figure.of(self.status)
        parts = [
            Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>').format(
                name,
                written_at(middle - self.width / 2),
                written_at(floor - count * self.scale),
                written_at(self.width),
                written_at(count * self.scale),
            )
            for name, count in (("expected", value), ("women", figure.verified))
        ]
        if self.has_numbers:
            parts.append(
                Markup('<text class="count" x="{}" y="{}" text-anchor="middle">{}</text>').format(
                    written_at(middle),
                    written_at(floor - value * self.scale - 5),
                    number(self.language, value),
                )
            )
        words = translate(
            self.language,
            mark("{month}: {provisional} provisional, {verified} verified"),
            month=month_in_words(self.language, month),
            provisional=number(self.language, figure.provisional),
            verified=number(self.language, figure.verified),
        )
        return Markup("<g><title>{}</title>{}</g>").format(words, Markup("").join(parts))
