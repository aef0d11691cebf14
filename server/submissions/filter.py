"""What somebody looks for in the inbox: read from the address, asked of the database, written back as addresses.

The same filters go along from the list to a sheet, so that "next" means the next one of that list.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from flask import g

from aggregates.flags import flags
from forms.base.moment import written
from forms.base.month import Month
from forms.base.sqlite import Database
from forms.places.place import Place
from forms.places.places import all_places
from server.base.whole_number import whole_number
from server.identity.accounts import names_of
from server.submissions.lookup import InstanceUnknown
from server.submissions.sheet_item import STATES, readable_forms
from server.web.route import Asking
from server.words.code_names import activity_names
from sync.counting.summary import searchable
from sync.lists import inbox_pages
from sync.lists.inbox_pages import ORDERS, InboxQuery, InboxRow, Key, Word
from sync.lists.sample import read_sample

NAMES = (
    "q", "form", "place", "animator", "from", "to", "event_from", "event_to", "month", "activity", "flag",
    "held", "sample", "order", "then",
)  # fmt: skip
"""What an address may carry beside the state: filters, the order, and whether a decision opens the next sheet."""
FILTERS = NAMES[:-2]
DAY = re.compile(r"\d{4}-[01]\d-[0-3]\d")
WORDS = 5
"""So many words of a search are looked for."""
LONGEST = 100
TODO = "todo"


@dataclass(frozen=True)
class InboxFilter:
    """The filters of one address."""

    state: str = TODO
    values: Mapping[str, str] = field(default_factory=dict)
    """What is asked, by NAMES; what is not asked, or cannot be understood, is not there."""

    def __getitem__(self, name: str) -> str:
        """One of the values, "" where it is not asked."""
        return self.values.get(name, "")

    def options(self, **changed: str) -> str:
        """Written as an address's options, with some changed ("" takes one away)."""
        state = changed.pop("state", self.state)
        told = {"state": state} if state != TODO else {}
        told |= {name: value for name in NAMES if (value := changed.get(name, self[name]))}
        told |= {name: value for name, value in changed.items() if name not in NAMES and value}
        return urlencode(told)

    def address(self, **changed: str) -> str:
        """The same list with some filters changed, as a link on the list's own page."""
        return f"?{self.options(**changed) or f'state={TODO}'}"

    @property
    def active(self) -> list[str]:
        """The filters that are set, the state and the order left out."""
        return [name for name in FILTERS if self[name]]

    @property
    def order(self) -> str:
        """What the list is ordered by."""
        return self["order"] or "received"


def read_filter(options: Mapping[str, str]) -> InboxFilter:
    """The filters in an address; what cannot be meant is left out."""
    values = {name: options.get(name, "").strip()[:LONGEST] for name in NAMES}
    for name in ("from", "to", "event_from", "event_to"):
        values[name] = values[name] if _is_day(values[name]) else ""
    values["month"] = values["month"] if Month.is_written(values["month"]) else ""
    values["held"] = values["held"] if values["held"] in ("yes", "no") else ""
    values["sample"] = str(read_sample(values["sample"]) or "")
    values["then"] = "next" if values["then"] == "next" else ""
    values["order"] = values["order"] if values["order"] in ORDERS and values["order"] != "received" else ""
    state = options.get("state", TODO)
    return InboxFilter(
        state if state in STATES else TODO, {name: value for name, value in values.items() if value}
    )


def query_of(asking: Asking, db: Database, wanted: InboxFilter) -> InboxQuery:
    """The sheets that somebody looks for, among those that they may see."""
    forms = readable_forms(asking, db)
    places = all_places(db) if wanted["place"] or wanted["q"] else []
    people = names_of(db) if wanted["animator"] or wanted["q"] else {}
    activities = activity_names(db, forms.values(), g.language) if wanted["q"] else {}
    month = wanted["month"]
    only, but = _flagged(db, wanted["flag"])
    event_to = min(filter(None, (wanted["event_to"], f"{month}-31" if month else "")), default="")
    event_from = max(wanted["event_from"], f"{month}-01" if month else "")
    return InboxQuery(
        tuple(key for key, form in forms.items() if wanted["form"] in ("", form.xml_form_id)),
        asking.reach.csos,
        state=wanted.state,
        submitters=_animators(wanted["animator"], people) if wanted["animator"] else None,
        received_from=_midnight(asking, wanted["from"]),
        received_before=_midnight(asking, wanted["to"], days=1),
        event_from=event_from or ("0" if event_to else ""),  # a sheet without a day is before none
        event_to=event_to,
        activity=wanted["activity"],
        took_place={"yes": True, "no": False}.get(wanted["held"]),
        codes=places_named(wanted["place"], places) if wanted["place"] else None,
        words=tuple(
            Word(word, places_named(word, places), _animators(word, people), _with_word(word, activities))
            for word in searchable(wanted["q"]).split()[:WORDS]
        ),
        only=only,
        but=but,
        sample=read_sample(wanted["sample"]),
        order=wanted.order,
    )


def may_see(asking: Asking, db: Database) -> InboxQuery:
    """All sheets that somebody may see here."""
    return InboxQuery(tuple(readable_forms(asking, db)), asking.reach.csos)


def find_row(asking: Asking, db: Database, instance_id: str) -> InboxRow:
    """The sheet of the form in the address, if the asker may see it. Raises InstanceUnknown."""
    row = inbox_pages.find(db, may_see(asking, db), asking.the_form.id, instance_id)
    if row is None or asking.the_form.is_confidential:
        raise InstanceUnknown(instance_id=instance_id)
    return row


def key_in(text: str, order: str) -> Key | None:
    """The place in the list that an address names."""
    at, _, last = text.rpartition(".")
    key = whole_number(last)
    if key is None:
        return None
    if order == "people":
        return None if (people := whole_number(at)) is None else (people, key)
    return at, key


def key_written(key: Key) -> str:
    """A place in the list as addresses write it."""
    return f"{key[0]}.{key[1]}"


def places_named(search: str, places: list[Place]) -> tuple[str, ...]:
    """The codes that sheets send for the places whose name has a word, or whose code it is, and for those inside them.

    A place that is called otherwise too is found by that.
    """
    word = searchable(search)
    found = {
        place.code
        for place in places
        if word == searchable(place.code)
        or any(word in searchable(name) for name in (place.name, *place.aliases))
    }
    inside: dict[str, list[str]] = {}
    for place in places:
        inside.setdefault(place.parent, []).append(place.code)
    waiting = list(found)
    while waiting:
        below = set(inside.get(waiting.pop(), ())) - found
        found |= below
        waiting += below
    others = (alias for place in places if place.code in found for alias in place.aliases)
    return tuple(sorted({*found, *others}))


def _animators(search: str, people: Mapping[int, str]) -> tuple[int, ...]:
    """A phone by its number, or all whose name has the words."""
    if (number := whole_number(search)) is not None:
        return (number,)
    word = searchable(search)
    return tuple(key for key, name in people.items() if word in searchable(name))


def _with_word(word: str, names: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(code for code, name in names.items() if word in searchable(name))


def _flagged(db: Database, flag: str) -> tuple[tuple[int, ...] | None, tuple[int, ...]]:
    """The sheets that a flag filter keeps, and those that it takes away."""
    if flag == "none":
        return None, flags.open_submissions(db)
    return (flags.open_submissions(db, "" if flag == "any" else flag) if flag else None), ()


def _is_day(text: str) -> bool:
    try:
        return bool(DAY.fullmatch(text)) and bool(datetime.fromisoformat(text))
    except ValueError:
        return False


def _midnight(asking: Asking, day: str, *, days: int = 0) -> str:
    """When a day begins where the programme is, or a day some days later."""
    if not day:
        return ""
    zone = asking.here.settings.zone
    try:
        begin = datetime.combine(datetime.fromisoformat(day) + timedelta(days=days), time(), zone)
        return written(begin)
    except OverflowError:  # the year 9999
        return day
