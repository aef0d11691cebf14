"""Block 5 of the compilation sheet: changes that sheets tell of, by place (§ 7). Declared; no beneficiaries. Pure."""

from aggregates.compilation.compilation import Column
from aggregates.compilation.contribution import Contribution
from aggregates.compilation.source import Source, Sums
from aggregates.compilation.tabulation import Tabulation, lines_of

MEASURES = {
    "child_marriages_prevented": "mariages",
    "fgm_prevented": "mgf",
    "mediations": "mediations",
    "levirates_prevented": "levirats",
    "school_returns": "retours_ecole",
}


def change_tabulations(source: Source) -> tuple[Tabulation, ...]:
    """How changes are added up; nothing where no form asks for any, and no sheet told any."""
    columns = {key: MEASURES[cell.measure] for key, cell in source.cells.items() if cell.measure in MEASURES}

    def brings(contribution: Contribution) -> tuple[Sums, Sums]:
        told: Sums = {}
        for key, column in columns.items() if contribution.is_counted else ():
            if n := contribution.facts.get(key):
                told[column] = told.get(column, 0) + n
        return told, told if contribution.review == "approved" else {}

    telling = [
        contribution
        for contribution in source.contributions
        if not columns.keys().isdisjoint(contribution.facts)
    ]
    if not telling and not source.forms_counting(frozenset(MEASURES)):
        return ()
    return (
        Tabulation(
            "changes",
            lines_of(source, telling, brings),
            source.place_index,
            tuple(Column(title, is_listed=True) for title in MEASURES.values()),
            only_filled=True,
            verified_columns=frozenset(MEASURES.values()),
        ),
    )
