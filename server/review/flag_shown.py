"""The flags of a sheet as its page and the log show them, in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import g

from aggregates.flags.catalogue import HOLD, INFO
from aggregates.flags.flag import Flag
from server.base.whole_number import whole_number
from server.submissions.sheet_item import sheet_address
from server.web.route import Asking
from server.words.flag_sentence import flag_advice, flag_sentence, flag_title
from server.words.language import mark
from sync.intake import receipt_times
from sync.lists import inbox_pages
from sync.lists.inbox_pages import InboxQuery, InboxRow

OUTCOMES = {
    "accepted": mark("accepted as it is"),
    "correction": mark("a correction was asked for"),
    "rejected": mark("the sheet was rejected"),
}


@dataclass(frozen=True, slots=True)
class FlagShown:
    """One flag as the page shows it."""

    flag: Flag
    title: str
    told: str
    advice: str
    who: str
    """Who decided, "" while nobody did."""
    outcome: str
    other: str
    """Where its sheet and the other one that it names stand side by side, "" where it names none."""

    @property
    def holds(self) -> bool:
        """Whether the sheet is not counted until somebody decides."""
        return self.flag.is_open and self.flag.severity == HOLD

    @property
    def informs(self) -> bool:
        """Whether there is nothing to decide."""
        return self.flag.severity == INFO and not self.flag.decision


def shown_flags(
    asking: Asking, query: InboxQuery, row: InboxRow, found: Sequence[Flag], people: Mapping[int, str]
) -> list[FlagShown]:
    """The flags of a sheet in the reader's language: open ones first, then what only informs, then decided ones."""
    language: str = g.language
    here = sheet_address(asking.the_form, row.instance_id)
    named = {flag: _other(flag) for flag in found}
    seen = inbox_pages.known_among(asking.db, query, [sheet for sheet in named.values() if sheet])
    is_doubtful = bool(found) and row.id in receipt_times.doubtful(asking.db, [row.id], now=asking.now)
    shown = [
        FlagShown(
            flag,
            flag_title(flag, language),
            flag_sentence(flag, language, is_receipt_doubtful=is_doubtful),
            flag_advice(flag, language),
            people.get(flag.actor_id or 0, "") if flag.decision else "",
            OUTCOMES.get(flag.decision, ""),
            f"{here}/beside/{other}" if (other := named[flag]) in seen else "",
        )
        for flag in found
    ]
    return sorted(shown, key=lambda each: (not each.flag.is_open, bool(each.flag.decision)))


def _other(flag: Flag) -> int:
    """The sheet that a flag names, 0 for none."""
    return whole_number(str(flag.details.get("other", ""))) or 0
