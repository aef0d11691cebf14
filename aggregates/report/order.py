"""The order in which people read rows: the source's for people, the calendar's for time, the alphabet's for names.

Pure; used for the rows of a table (`aggregates.report.report`) and the columns of a pivot (`aggregates.report.pivot`).
"""

from collections.abc import Callable, Mapping, Sequence

from aggregates.report.alphabet import folded
from aggregates.tallies.query import AGE_UNDETAILED, AGE_UNKNOWN
from forms.definition.age_scheme import AgeScheme

Names = Mapping[tuple[str, str], str]
"""What people read, by dimension and key, where it is not the key itself."""
ADULTS_FIRST = {True: 0, None: 1, False: 2}


def order_of(
    by: Sequence[str], names: Names, scheme: AgeScheme
) -> Callable[[Sequence[str]], tuple[object, ...]]:
    """A sort key for the keys of rows laid out by these dimensions.

    The source's order (domain page § 2.1): men, women, boys, girls; a band that holds adults and children stands
    between them. By name for places, what is not told last.
    Names are compared as French does, without regard to accents and capitals.
    """
    bands = sorted(scheme, key=lambda band: (ADULTS_FIRST[scheme.is_adult(band)], band.lower))
    ranks = {str(band): rank for rank, band in enumerate(bands)}
    ranks |= {AGE_UNDETAILED: len(ranks), AGE_UNKNOWN: len(ranks) + 1}
    numbers = list(range(len(by)))
    if "sex" in by and by.index("sex") + 1 < len(by) and by[by.index("sex") + 1] == "age_band":
        sex = by.index("sex")
        numbers[sex], numbers[sex + 1] = sex + 1, sex

    def rank(dimension: str, key: str) -> tuple[object, ...]:
        if dimension == "age_band":
            return (ranks[key],)
        if dimension == "sex":
            return (("M", "F", "").index(key),)
        return (key == "", folded(names.get((dimension, key), key)), key)

    return lambda keys: tuple([rank(by[number], keys[number]) for number in numbers])
