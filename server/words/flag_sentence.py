"""What a flag says to a person: its title, the reason with its numbers, and what to do.

One row a rule; a rule that speaks of two cases has a row for each (`case` of the details, or which details there are).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aggregates.flags.catalogue import severity_of
from aggregates.flags.flag import Flag
from server.words.days import day_in_words
from server.words.language import mark, number, translate

DATES = ("date", "received", "start", "end")
"""Details that are dates; "" where there is none."""
LITERAL = ("version", "current", "reason")
"""Details that look like numbers and are none."""


@dataclass(frozen=True, slots=True)
class RuleTexts:
    """The texts of one rule, in English: the keys of the catalogue."""

    title: str
    reason: str
    advice: str
    cases: Mapping[str, str] | None = None
    """Other reasons, by the flag's detail `case`."""


TEXTS: Mapping[str, RuleTexts] = {
    "future_date": RuleTexts(
        mark("Date in the future"),
        mark("The event is dated {date}, and the sheet was received on {received}."),
        mark("Ask the animator for the right date, and to set the clock of the phone."),
    ),
    "outside_project": RuleTexts(
        mark("Outside the project's time"),
        mark("The event is dated {date}; the project begins on {start}."),
        mark("Ask for the right date, or reject the sheet if it belongs to another project."),
        {"after": mark("The event is dated {date}; the project ended on {end}.")},
    ),
    "late": RuleTexts(
        mark("Late sheet"),
        mark("The sheet was received {days} days after the event."),
        mark("Accept it if the reason is known (no network, phone repaired), and write that reason."),
    ),
    "impossible_cell": RuleTexts(
        mark("Impossible number"),
        mark("A cell says {value} people; {limit} is the most a cell can hold."),
        mark("Ask the animator for the number on the attendance list."),
    ),
    "no_participants": RuleTexts(
        mark("Held, but nobody came"),
        mark(
            "The event is said to be held, and no participant is written. The sheet is not counted for now."
        ),
        mark("Ask whether it was postponed, or for the numbers. Accept it only if nobody came."),
    ),
    "stated_total_mismatch": RuleTexts(
        mark("Written total is not the sum"),
        mark("The written total ({stated}) is {over} more than the sum of the cells ({counted})."),
        mark("Look at the paper sheet again. The counts use the cells, not the written total."),
        {
            "under": mark(
                "The written total ({stated}) is {under} less than the sum of the cells ({counted})."
            )
        },
    ),
    "part_above_whole": RuleTexts(
        mark("A part is more than the whole"),
        mark("An “of whom” number ({part}) is greater than the people it is a part of ({whole})."),
        mark("Ask the animator which of the two numbers is right."),
    ),
    "unusual_size": RuleTexts(
        mark("Big group"),
        mark("{people} people; {limit} is the most that is usual for this kind of activity."),
        mark("Nothing to decide. Compare with the place and the other sheets if in doubt."),
    ),
    "outlier": RuleTexts(
        mark("Very unusual number"),
        mark(
            "{people} people, where {usual} are usual for this organisation and activity ({sheets} sheets)."
        ),
        mark("Ask how the people were counted. Accept with the reason, or ask for a correction."),
        {"limit": mark("{people} people; {limit} is the most that is usual for this kind of activity.")},
    ),
    "age_out_of_range": RuleTexts(
        mark("Age outside the expected range"),
        mark("Age {age}; this group is for {lower} to {upper} years."),
        mark("Check the age. A target group may have other people in it: accept and say why."),
        {"impossible": mark("Age {age}: ages from {lower} to {upper} are possible.")},
    ),
    "situation_unlike_group": RuleTexts(
        mark("Situation unlike the group"),
        mark("The person's situation is not the one that this group is for."),
        mark("Check the group that was chosen and the person's sheet."),
        {"sex": mark("The person's sex is not the one that this group is for.")},
    ),
    "duplicate": RuleTexts(
        mark("Probable duplicate"),
        mark("Another sheet tells of the same event: same organisation, place, day, activity and animator."),
        mark("Compare the two sheets side by side. Reject this one if it is the same event."),
        {
            "cells": mark("Another sheet of this place, within {within} days, has the same four numbers."),
            "photo": mark("The same picture is on another sheet."),
            "visit": mark("Another sheet has the same numbers and was begun within {within} minutes."),
        },
    ),
    "gps_far": RuleTexts(
        mark("Position far from the village"),
        mark("The position is {km} km from the village; up to {limit} km is expected."),
        mark("Check which village was chosen. The sheet may have been filled on the way back: accept then."),
    ),
    "gps_outside_country": RuleTexts(
        mark("Position outside the country"),
        mark("The position is outside the country."),
        mark("Check the village and the phone's settings; the numbers may be right all the same."),
    ),
    "gps_inaccurate": RuleTexts(
        mark("Inexact position"),
        mark("The position is exact to {metres} metres only."),
        mark("Nothing to decide. Next time: outside, and wait until the position is exact."),
    ),
    "zone": RuleTexts(
        mark("Outside the organisation's zone"),
        mark("The village is not in the zone of this organisation on that day."),
        mark("Check the village, or have the zone completed by the programme officer."),
    ),
    "cso_unlike_phone": RuleTexts(
        mark("Another organisation than the sender's"),
        mark("The sheet names the organisation {answered}; it came from {owner} and counts there."),
        mark(
            "Accept if the answer was a slip. If the sheet is theirs, the programme officer gives it to them."
        ),
    ),
    "unknown_village": RuleTexts(
        mark("Village not in the list"),
        mark("The village is not in the register of places."),
        mark("Match it with a village of the list, or ask the programme officer to add it."),
        {"unlisted": mark("“Not in the list” was chosen, and the village's name was typed.")},
    ),
    "mechanism_closed": RuleTexts(
        mark("Unknown or closed group"),
        mark("The club, committee or space is not in the list."),
        mark("Check which group was chosen, or have the list brought up to date."),
        {
            "closed": mark("The club, committee or space was closed before that day."),
            "elsewhere": mark("The club, committee or space is of another place."),
        },
    ),
    "overlap": RuleTexts(
        mark("Two sessions at the same time"),
        mark("Another session of the same animator was going on: they overlap by {minutes} minutes."),
        mark("Check hours and durations of both, and who really led them."),
    ),
    "too_many_sessions": RuleTexts(
        mark("Many sessions in one day"),
        mark("Session number {sessions} of this animator on that day; up to {limit} are expected."),
        mark("Check the dates. Accept if all took place on that day; if not, ask for the right date."),
    ),
    "repeated_cells": RuleTexts(
        mark("Repeated numbers"),
        mark("The same four numbers on {sheets} sheets or more in a row from this animator."),
        mark("Ask for the attendance lists of these sessions."),
    ),
    "round_numbers": RuleTexts(
        mark("Rounded numbers"),
        mark("All numbers are multiples of ten on {sheets} sheets in a row from this animator."),
        mark("Ask whether the people were counted or estimated."),
    ),
    "school_adults": RuleTexts(
        mark("More adults than children in a school"),
        mark("In school, with {adults} adults and {children} children."),
        mark("Check that the adult and child cells were not exchanged."),
    ),
    "filled_fast": RuleTexts(
        mark("Filled very fast"),
        mark("The sheet was filled in {seconds} seconds."),
        mark("Nothing to decide. Look closer if other things are odd too."),
    ),
    "outdated_form": RuleTexts(
        mark("Older version of the form"),
        mark("Filled with version {version}, when version {current} was out."),
        mark("Nothing to decide. Remind the animator to update the forms on the phone."),
    ),
    "number_of_a_person": RuleTexts(
        mark("Number of a person in a text"),
        mark(
            "A text holds eight digits or more, as a telephone or identity number has. They are not repeated here."
        ),
        mark("Read the text and have the number taken out. Accept if it is nobody's number."),
        {"code": mark("A text holds what looks like the code of a case. It is not repeated here.")},
    ),
    "more_than_population": RuleTexts(
        mark("More people than live there"),
        mark("Together {together} participations this month in a village of {population} inhabitants."),
        mark("Check the numbers of that month's sheets, or the population in the register of places."),
    ),
    "missing_date": RuleTexts(
        mark("No date"),
        mark("The sheet has no date that can be read, so that no month counts it."),
        mark("Ask the animator for the date."),
    ),
    "age_estimated": RuleTexts(
        mark("Estimated ages"),
        mark("Ages known by the year of birth alone: {count}. They may be a year too high."),
        mark("Nothing to decide. Where the date of birth is known, it is better."),
    ),
    "unreadable_value": RuleTexts(
        mark("Number that cannot be read"),
        mark("The answer is no whole number from 0 up, and is not counted."),
        mark("Ask the animator for the number."),
    ),
    "unreadable_sheet": RuleTexts(
        mark("Sheet that cannot be read"),
        mark("The sheet cannot be read ({reason}), and nothing of it is counted."),
        mark("Tell the technical administrator; the sheet as it was received is kept."),
    ),
}
RESTS_ON_RECEIPT = ("future_date", "late", "outdated_form")
"""Rules that compare with the time of receipt, which is the server's."""
CLOCK_JUMPED = mark(
    "The clock of the server was changed about the time at which the sheet came: the day of receipt may be wrong."
)
UNKNOWN = RuleTexts(
    mark("Flag"),
    mark("A rule that this server does not know any more has marked the sheet."),
    mark("Look at the sheet and decide."),
)


def flag_title(flag: Flag, language: str) -> str:
    """The rule in two or three words: « Doublon probable »."""
    return translate(language, _texts(flag).title)


def title_of_rule(rule: str, language: str) -> str:
    """The same, of a rule by itself."""
    return translate(language, TEXTS.get(rule, UNKNOWN).title)


def flag_sentence(flag: Flag, language: str, *, is_receipt_doubtful: bool = False) -> str:
    """Why the sheet was marked, with the numbers; and whether the server's own clock may be to blame."""
    told = _texts(flag)
    reason = (told.cases or {}).get(_case(flag), told.reason)
    sentence = translate(language, reason, **_facts(flag, language))
    if is_receipt_doubtful and flag.rule in RESTS_ON_RECEIPT:
        return f"{sentence} {translate(language, CLOCK_JUMPED)}"
    return sentence


def flag_advice(flag: Flag, language: str) -> str:
    """What to do about it."""
    return translate(language, _texts(flag).advice)


def severity(flag: Flag) -> str:
    """ "flag" (to be decided), "hold" (not counted until decided) or "info" (nothing to decide)."""
    return severity_of(flag.rule)


def _texts(flag: Flag) -> RuleTexts:
    return TEXTS.get(flag.rule, UNKNOWN)


def _case(flag: Flag) -> str:
    if flag.rule == "stated_total_mismatch":
        return "over" if int(flag.details.get("difference", 0)) > 0 else "under"
    return str(flag.details.get("case", ""))


def _facts(flag: Flag, language: str) -> dict[str, Any]:
    facts: dict[str, Any] = {name: _written(name, value, language) for name, value in flag.details.items()}
    if flag.rule == "stated_total_mismatch":
        facts["over"] = facts["under"] = number(language, abs(int(flag.details["difference"])))
    return facts


def _written(name: str, value: int | str, language: str) -> str:
    if name in DATES and value:
        return day_in_words(language, str(value), "d MMMM y")
    if name in LITERAL or isinstance(value, str):
        return str(value)
    return number(language, value)
