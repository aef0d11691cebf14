"""Keeps the rule by which sheets are summed up: the programme's age scheme, and the version of the derivation.

It stands beside what was made by it. A start that finds another rule than the configuration's, or a program that
derives otherwise, has every summary made again.
"""

from forms.base.sqlite import Database
from forms.definition.age_scheme import AgeScheme, read_scheme

DERIVATION = 3
"""Counts up whenever a sheet's summary may say something else than before for the same answers."""


def scheme_in_use(db: Database) -> AgeScheme:
    """The programme's age scheme, as the last start found it in the configuration."""
    [written] = db.execute("SELECT age_scheme FROM summary_rule").fetchone()
    return read_scheme(written)


def is_in_use(db: Database, scheme: AgeScheme) -> bool:
    """Whether sheets are summed up by this scheme and by the derivation of this program."""
    row = db.execute("SELECT derivation, age_scheme FROM summary_rule").fetchone()
    return (row[0], row[1]) == (DERIVATION, scheme.written)


def use(db: Database, scheme: AgeScheme) -> None:
    """Sum up by this scheme from now on, and make every summary again (`sync.intake.rebuild.make_summaries`).

    Until that is done lists show what the rule of before said.
    """
    db.execute(
        "UPDATE summary_rule SET derivation = :derivation, age_scheme = :scheme",
        {"derivation": DERIVATION, "scheme": scheme.written},
    )
    db.execute("INSERT OR IGNORE INTO summary_to_make SELECT submission_id FROM sheet_summary")
