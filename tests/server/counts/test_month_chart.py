"""The months: gaps stay gaps, the latest two years are shown, and bars stand within the axis."""

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from aggregates.report.pivot import Figure
from server.counts.month_chart import HEIGHT, MOST, month_chart, months_shown
from server.words.drawing import WIDTH

SVG = "{http://www.w3.org/2000/svg}"
MONTHS = st.tuples(st.integers(2017, 2022), st.integers(1, 12)).map(lambda pair: f"{pair[0]}-{pair[1]:02}")
FIGURES = st.integers(0, 500_000).flatmap(
    lambda n: st.integers(0, n).map(lambda verified: Figure(n, verified))
)


@given(
    st.dictionaries(MONTHS, FIGURES),
    st.sampled_from(["provisional", "verified"]),
    st.sampled_from(["fr", "en"]),
)
def test_each_month_with_sheets_has_one_bar_inside_the_drawing(
    counts: dict[str, Figure], status: str, language: str
) -> None:
    months = months_shown(list(counts))
    assert len(months) <= MOST
    svg = etree.fromstring(str(month_chart(counts, months, status=status, title="Mois", language=language)))
    bars = svg.findall(f"{SVG}g")
    assert len(bars) == sum(month in counts for month in months)
    for bar in bars:
        for rect in bar.findall(f"{SVG}rect"):
            x, y, width, height = (float(rect.get(name) or 0) for name in ("x", "y", "width", "height"))
            assert 0 <= x <= x + width <= WIDTH
            assert 0 <= y <= y + height <= HEIGHT


@given(MONTHS, MONTHS)
def test_months_follow_each_other_without_a_hole(first: str, second: str) -> None:
    months = months_shown([first, second], most=100)
    assert (months[0], months[-1]) == tuple(sorted((first, second)))
    assert months == sorted(set(months))
    years, rest = (int(months[-1][:4]) - int(months[0][:4])), int(months[-1][5:]) - int(months[0][5:])
    assert len(months) == years * 12 + rest + 1


def test_the_year_is_told_below_the_first_month_and_each_january() -> None:
    months = months_shown(["2019-11", "2020-02"])
    text = str(month_chart({}, months, status="provisional", title="Mois", language="fr"))
    assert (text.count(">2019<"), text.count(">2020<")) == (1, 1)
    assert "nov." in text
