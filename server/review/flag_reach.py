"""What of a flag somebody may see: a flag may name another sheet, which may be another organisation's."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from aggregates.flags.flag import NAMING, Flag
from aggregates.quality import fingerprints
from forms.base.sqlite import Database


def within_reach(
    db: Database, flags: Sequence[Flag], *, forms: Collection[int], csos: Collection[str] | None
) -> list[Flag]:
    """These flags without the names of sheets that are of other forms or organisations than these (None: all of them).

    A flag without those names has another `seen`: decide by the flag as it is kept.
    """
    named = {int(flag.details["other"]) for flag in flags if "other" in flag.details}
    known = fingerprints.of_submissions(db, sorted(named))
    may_see = {
        key for key, row in known.items() if row.form_id in forms and (csos is None or row.cso in csos)
    }
    return [
        flag
        if flag.details.get("other") is None or int(flag.details["other"]) in may_see
        else replace(
            flag, details={name: value for name, value in flag.details.items() if name not in NAMING}
        )
        for flag in flags
    ]
