"""Block 7 of the compilation sheet: what the rules found, and what became of it (domain page § 7). Pure."""

import json

from aggregates.compilation.compilation import LINE, Block, Column, Row
from aggregates.compilation.contribution import Contribution
from aggregates.compilation.source import Source
from aggregates.flags.flag import NAMING, Flag

COLUMNS = (
    Column("jour", "day"),
    Column("lieu", "text"),
    Column("animateur", "person"),
    Column("constat", "flag"),
    Column("decision", "decision"),
    Column("motif", "text"),
    Column("par", "person"),
    Column("quand", "moment"),
)


def check_blocks(source: Source) -> tuple[Block, ...]:
    """The block: open flags first, then by day; it is there also when nothing was found."""
    firsts = {
        contribution.submission_id: contribution
        for contribution in source.contributions
        if contribution.is_first
    }
    found = [
        (flag, firsts[submission_id])
        for submission_id, flags in source.flags.items()
        if submission_id in firsts
        for flag in flags
        if flag.decision or flag.is_open
    ]
    found.sort(
        key=lambda pair: (not pair[0].is_open, pair[1].event_date, pair[0].submission_id, pair[0].rule)
    )
    return (Block("checks", COLUMNS, tuple(_row(source, *pair) for pair in found)),)


def _row(source: Source, flag: Flag, sheet: Contribution) -> Row:
    """One flag. The other sheet that it may name is left out: it may be another organisation's."""
    details = {name: value for name, value in flag.details.items() if name not in NAMING}
    told = {"rule": flag.rule, "path": flag.path, "details": details}
    return Row(
        (
            sheet.event_date,
            source.place_index.name(sheet.place),
            source.people.get(sheet.submitter_id or 0, ""),
            json.dumps(told, ensure_ascii=False, sort_keys=True),
            flag.decision,
            flag.reason,
            source.people.get(flag.actor_id or 0, "") if flag.decision else "",
            flag.decided_at,
        ),
        LINE,
        {"form": sheet.form, "instance": sheet.instance_id},
    )
