"""The inbox: the sheets that came, filtered, counted by state, a page at a time."""

import secrets
from dataclasses import dataclass, replace
from typing import Any

from flask import g, request

from aggregates.flags.catalogue import RULES
from aggregates.flags.flag import Flag
from forms.base.sqlite import Database
from forms.catalogue import definitions
from forms.places.places import all_places
from server.identity import app_users
from server.inbox import saved_views
from server.inbox.chip import Known, chips, sample_in_words
from server.review import phone_edit
from server.review.decision import base_address, common_reasons, last_decided
from server.submissions.filter import key_in, key_written, query_of, read_filter
from server.submissions.sheet_item import STATES, items, readable_forms
from server.web import notice
from server.web.page import go, show
from server.web.route import Asking, Resource
from server.words.code_names import activity_names
from server.words.flag_sentence import flag_title
from server.words.language import mark, translate
from sync.lists import inbox_pages
from sync.lists.sample import DRAWS, SHARES, read_sample

resource = Resource("inbox", "/projects/<segment:project_id>/sheets")
ORDERS = {
    "received": mark("date received"),
    "event": mark("date of the event"),
    "people": mark("number of people"),
    "oldest": mark("oldest received first"),
}
SAID = {
    "view-saved": mark("The view is saved. It stands above the list."),
    "views-full": mark("Delete a view first: no more than {most} can be saved."),
}
MOST_PLACES = 150


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """What the filters can be chosen from, as (value in the address, name)."""

    forms: list[tuple[str, str]]
    animators: list[tuple[str, str]]
    activities: list[tuple[str, str]]
    rules: list[tuple[str, str]]
    places: list[str]


@resource.get("", may="submission.list")
def inbox(asking: Asking) -> Any:
    """The sheets, newest first; without any filter in the address, as the person's own default view has it."""
    db = asking.db
    views = saved_views.views_of(db, asking.asker.id, asking.the_project.id) if asking.asker.id else []
    default = next((view.filters for view in views if view.is_default), "")
    if default and not request.args.keys() - {"lang"}:
        return go(f"{base_address(asking)}?{default}")
    wanted = read_filter(request.args)
    sample = read_sample(wanted["sample"])
    if sample and sample.draw is None:  # drawn once: its number goes along from here on
        drawn = replace(sample, draw=secrets.randbelow(DRAWS))
        return go(f"{base_address(asking)}{wanted.address(sample=str(drawn))}")
    query = query_of(asking, db, wanted)
    counts = inbox_pages.counts(db, query)
    totals = totals_by_tab(counts)
    before, since = (key_in(request.args.get(name, ""), wanted.order) for name in ("before", "since"))
    page = inbox_pages.turn(db, replace(query, before=before, since=since), found=totals[wanted.state])
    choices = choices_of(asking, db)
    known = Known(dict(choices.forms), dict(choices.animators), dict(choices.activities), dict(choices.rules))
    return show(
        "sheets.html",
        asking,
        project=asking.the_project,
        items=items(asking, page.rows),
        states=STATES,
        totals=totals,
        state=wanted.state,
        wanted=wanted,
        chips=chips(wanted, known),
        choosable=choices,
        orders=ORDERS,
        drawn=sample_in_words(wanted["sample"], g.language),
        shares=[(str(percent), sample_in_words(str(percent), g.language)) for percent in SHARES],
        views=views,
        older=key_written(page.rows[-1].key(wanted.order)) if page.rows and page.has_older else "",
        newer=key_written(page.rows[0].key(wanted.order)) if page.rows and page.has_newer else "",
        is_first=before is None and since is None,
        may_decide=asking.asker.reach("submission.update", asking.the_project.id) is not None,
        shows_cso=asking.reach.csos is None or len(asking.reach.csos) > 1,
        onward=wanted.options(),
        ticked=set(request.args.get("tick", "").split(",")),
        notice=notice.decided(),
        said=_said(),
        batch=notice.batch(),
        decided=last_decided(asking),
        asks_reason=request.args.get("ask") == "reason",
        asks_sheet=request.args.get("ask") == "sheet",
        reasons=common_reasons(),
        phone_edits_notice=phone_edit.notice(asking),
    )


def totals_by_tab(counts: dict[str, int]) -> dict[str, int]:
    """How many sheets stand behind each tab of the list."""
    return {
        "todo": counts.get("", 0) + counts.get("edited", 0),
        "": sum(counts.values()),
        **{
            state: counts.get("" if state == "received" else state, 0)
            for state in STATES
            if state not in ("todo", "")
        },
    }


def choices_of(asking: Asking, db: Database) -> FilterChoices:
    """What somebody may choose from: forms they may read, phones and places of their reach."""
    forms = readable_forms(asking, db)
    reach = asking.reach.csos
    phones = [
        user for user in app_users.app_users(db, asking.the_project.id) if asking.reach.covers(user.cso)
    ]
    language: str = g.language
    return FilterChoices(
        sorted(
            ((form.xml_form_id, definitions.current_row(db, form).title) for form in forms.values()),
            key=lambda each: each[1],
        ),
        sorted(
            (
                (
                    str(phone.id),
                    f"{phone.display_name} · {phone.cso}" if reach is None else phone.display_name,
                )
                for phone in phones
            ),
            key=lambda each: each[1].casefold(),
        ),
        sorted(activity_names(db, forms.values(), language).items(), key=lambda each: each[1].casefold()),
        _rules(language),
        [place.name for place in all_places(db) if place.level != "village"][:MOST_PLACES],
    )


def _rules(language: str) -> list[tuple[str, str]]:
    titles = ((rule, flag_title(Flag(0, rule, ""), language)) for rule in RULES)
    return sorted(titles, key=lambda each: each[1].casefold())


def _said() -> str:
    text = SAID.get(request.args.get("said", ""), "")
    return translate(g.language, text, most=saved_views.MOST) if text else ""
