"""The page of one's saved views of the inbox: saving the present filters, opening, renaming, deleting, the default."""

from typing import Any
from urllib.parse import parse_qsl

from forms.base.sqlite import Database
from server.base.whole_number import whole_number
from server.inbox import saved_views
from server.submissions.filter import read_filter
from server.web.notice import with_option
from server.web.page import given, go, show
from server.web.route import Asking, Resource

resource = Resource("views", "/projects/<segment:project_id>/sheet-views")


@resource.get("", may="submission.list")
def views(asking: Asking) -> str:
    """One's views in this project."""
    assert asking.asker.id is not None
    return show(
        "sheet_views.html",
        asking,
        project=asking.the_project,
        views=saved_views.views_of(asking.db, asking.asker.id, asking.the_project.id),
    )


@resource.post("", may="submission.list")
def save(asking: Asking) -> Any:
    """Keep the filters of the list under a name."""
    name = given("name")[: saved_views.LONGEST_NAME]
    wanted = read_filter(dict(parse_qsl(given("filters"))))
    place = f"/projects/{asking.the_project.id}/sheets{wanted.address()}"
    if not name:
        return go(place)

    def work(db: Database) -> bool:
        assert asking.asker.id is not None
        return saved_views.save(
            db,
            asking.asker.id,
            asking.the_project.id,
            name=name,
            filters=wanted.options(then="") or "state=todo",
        )

    return go(with_option(place, "said", "view-saved" if asking.write(work) else "views-full"))


@resource.post("/<segment:number>/rename", may="submission.list")
def rename(asking: Asking, number: str) -> Any:
    """Call a view otherwise."""
    name = given("name")[: saved_views.LONGEST_NAME]
    if name:
        asking.write(lambda db: saved_views.rename(db, _me(asking), _number(number), name))
    return go(_page(asking))


@resource.post("/<segment:number>/delete", may="submission.list")
def delete(asking: Asking, number: str) -> Any:
    """Forget a view."""
    asking.write(lambda db: saved_views.delete(db, _me(asking), _number(number)))
    return go(_page(asking))


@resource.post("/<segment:number>/default", may="submission.list")
def make_default(asking: Asking, number: str) -> Any:
    """Open the inbox with a view, or (0) with what waits."""
    project_id = asking.the_project.id
    asking.write(lambda db: saved_views.set_default(db, _me(asking), project_id, _number(number) or None))
    return go(_page(asking))


def _page(asking: Asking) -> str:
    return f"/projects/{asking.the_project.id}/sheet-views"


def _me(asking: Asking) -> int:
    assert asking.asker.id is not None
    return asking.asker.id


def _number(written: str) -> int:
    number = whole_number(written)
    return -1 if number is None else number
