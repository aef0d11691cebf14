"""The page of the register, as it is and as it stands again after a refusal; the preview of a change of it."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from flask import Response, g, request

from forms.base.month import Month
from forms.base.refusal import Refusal
from forms.base.table import CellProblem, CellsRefused
from forms.places import place_versions
from forms.places.place import LEVELS
from forms.places.places import all_places
from server.identity.accounts import names_of
from server.places.preview import Preview
from server.places.words import change_told, kinds_told, names_among
from server.web.page import refused, show
from server.web.problem import sentence
from server.web.route import Asking
from server.words.cell_sentence import cell_reason
from server.words.days import month_in_words

BASE = "/places"
SHOWN_IMPORTS = 30
SHOWN_CHANGES = 200
SHOWN_PROBLEMS = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What a preview asks to be confirmed."""

    action: str
    """The address that confirms it."""
    title: str
    file_name: str
    is_undo: bool = False


def register_page(asking: Asking, *, refusal: Refusal | None = None) -> str:
    """The page; with what is wrong with a file that was just chosen."""
    db = asking.db
    present = [place for place in all_places(db) if not place.is_unlisted]
    levels = Counter(place.level for place in present)
    made = place_versions.versions(db)
    last = place_versions.last_version(db)
    problems: tuple[CellProblem, ...] = refusal.facts["problems"] if isinstance(refusal, CellsRefused) else ()
    return show(
        "places.html",
        asking,
        error=sentence(refusal, g.language) if refusal is not None and not problems else "",
        problems=problems[:SHOWN_PROBLEMS],
        more_problems=max(0, len(problems) - SHOWN_PROBLEMS),
        reason=lambda problem: cell_reason(problem, g.language),
        levels={level: levels[level] for level in LEVELS},
        closed=sum(bool(place.successor) for place in present),
        versions=made[:SHOWN_IMPORTS],
        last=last,
        people=names_of(db),
        month_name=lambda month: month_in_words(g.language, month),
        done=next((one for one in made if str(one.id) == request.args.get("done", "")), None),
    )


def again(asking: Asking, refusal: Refusal) -> Response:
    """The page once more, with what went wrong."""
    with asking.again() as reading:
        return refused(register_page(reading, refusal=refusal))


def preview_page(
    asking: Asking, preview: Preview, asked: Asked, *, successors: dict[str, str], error: str = ""
) -> str:
    """What would change, and what is asked before it does."""
    names = names_among(all_places(asking.db), preview.places)
    needed = [seen for seen in preview.changes if seen.is_refused or successors.get(seen.change.code)]
    listed = {seen.change.code for seen in needed}
    closed = {code: successor for code, successor in successors.items() if code not in listed and successor}
    return show(
        "places_preview.html",
        asking,
        asked=asked,
        error=error,
        preview=preview,
        changes=preview.changes[:SHOWN_CHANGES],
        needed=needed,
        successors=successors,
        closed=closed,
        names=names,
        happens=lambda seen: kinds_told(seen.change, g.language),
        told=lambda seen: change_told(seen.change, names),
        state=place_versions.state_of(asking.db),
        this_month=str(Month.of(asking.now.date())),
        is_overtaken=request.args.get("overtaken") == "yes",
    )


def successors_given() -> dict[str, str]:
    """The successors that a form names, by the place that each follows."""
    old, new = (request.form.getlist(name) for name in ("dropped", "successor"))
    pairs: dict[str, Any] = dict(zip(old, (code.strip() for code in new), strict=False))
    return {code: successor for code, successor in pairs.items() if successor}
