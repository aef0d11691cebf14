"""The pyramid: every number is told, bars are in proportion, and nothing is drawn over the edge."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from aggregates.report.pivot import Figure
from server.counts.pyramid import Step, pyramid
from server.words.drawing import WIDTH, nice_top
from server.words.language import number

SVG = "{http://www.w3.org/2000/svg}"
FIGURES = st.integers(0, 2_000_000).flatmap(
    lambda n: st.integers(0, n).map(lambda verified: Figure(n, verified))
)
STEPS = st.lists(
    st.builds(Step, st.sampled_from(["18+", "5–17", "Âge non détaillé", "<&>"]), FIGURES, FIGURES), max_size=9
)


def drawn(steps: list[Step], status: str = "provisional", language: str = "fr") -> etree._Element:
    """The drawing, parsed: it is XML, whatever stands in it."""
    return etree.fromstring(str(pyramid(steps, status=status, title="Par âge", language=language)))


@given(STEPS, st.sampled_from(["provisional", "verified"]), st.sampled_from(["fr", "en"]))
def test_bars_are_in_proportion_and_inside_the_drawing(steps: list[Step], status: str, language: str) -> None:
    svg = drawn(steps, status, language)
    assert (svg.get("role"), svg.get("aria-label")) == ("img", "Par âge")
    groups = svg.findall(f"{SVG}g")
    figures = [figure for step in steps for figure in (step.women, step.men)]
    assert len(groups) == len(figures)
    largest = max([1, *(figure.of(status) for figure in figures)])
    half = 0.0
    for group, figure in zip(groups, figures, strict=True):
        outer, inner = group.findall(f"{SVG}rect")
        x, width = float(outer.get("x") or 0), float(outer.get("width") or 0)
        assert 0 <= x <= x + width <= WIDTH
        assert float(inner.get("width") or 0) <= width + 0.1
        text = group.find(f"{SVG}text")
        assert text is not None
        assert text.text == number(language, figure.of(status))
        assert number(language, figure.verified) in (group.findtext(f"{SVG}title") or "")
        if figure.of(status) == largest:
            half = width
    for group, figure in zip(groups, figures, strict=True):
        width = float(group.findall(f"{SVG}rect")[0].get("width") or 0)
        assert abs(width - half * figure.of(status) / largest) < 0.2


def test_women_stand_left_of_the_ages_and_men_right_and_hatched() -> None:
    svg = drawn([Step("18+", Figure(60, 30), Figure(40, 40))])
    (women, men) = svg.findall(f"{SVG}g")
    ages = float(svg.xpath("//*[@class='band']")[0].get("x"))
    assert all(float(rect.get("x")) + float(rect.get("width")) < ages for rect in women.findall(f"{SVG}rect"))
    assert all(float(rect.get("x")) > ages for rect in men.findall(f"{SVG}rect"))
    assert men.findall(f"{SVG}rect")[1].get("fill") == "url(#hatched)"
    assert not svg.xpath("//@style")


@given(st.integers(0, 10**9))
def test_an_axis_ends_at_a_round_number_that_is_not_far(largest: int) -> None:
    top = nice_top(largest)
    assert largest <= top <= max(2, largest * 2)
    assert top % 2 == 0
    assert nice_top(top) == top


@given(st.lists(st.integers(0, 10**9), min_size=2))
def test_a_larger_number_never_has_a_lower_axis(numbers: list[int]) -> None:
    for smaller, larger in pairwise(sorted(numbers)):
        assert nice_top(smaller) <= nice_top(larger)
