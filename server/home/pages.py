"""The first page: a desk for who decides; for others that fiche runs, what came in, and the latest counts."""

from flask import Response, g, make_response

from aggregates.tallies import roll_up_runs
from forms.places.projects import list_projects
from server.home.desk import desk_of, show_desk
from server.home.form_cards import cards_of, cells_of
from server.upkeep.backups import last_backup
from server.upkeep.doctor import what_is_amiss
from server.web.page import show
from server.web.route import ANYONE, Asking, Resource
from server.words.sex_and_age import band_in_words, sex_label
from server.words.table_file import WORDS

resource = Resource("home", "")


@resource.get("/", may=ANYONE)
def home(asking: Asking) -> Response:
    """The page. Counts are shown to everybody where the configuration says so, else to those who may see them."""
    here = asking.here
    desks = [desk for project in list_projects(asking.db) if (desk := desk_of(asking, project))]
    if desks:
        return _kept_by_nobody(show_desk(asking, desks))
    with here.storage.reading() as db:
        runs = roll_up_runs.latest(db, limit=1)
        schemes = here.settings.band_schemes
        every = list_projects(db)
        visible = [project for project in every if _shows_counts(asking, project.id)]
        cards = [
            (
                project.name,
                cards_of(db, project.id, schemes),
                f"/projects/{project.id}/counts" if asking.asker.reach("tally.read", project.id) else "",
            )
            for project in visible
        ]
    own = here.settings.reporting_scheme
    page = show(
        "home.html",
        asking,
        shows_counts=bool(visible) or here.settings.pages.public_counts,
        projects=cards,
        run=runs[0] if runs else None,
        words=WORDS,
        backup=last_backup(here.settings) if _administers(asking) else None,
        cells=[
            (sex_label({"sex": sex, "age_band": band}, own, g.language), band_in_words(band))
            for sex, band in cells_of(own)
        ],
        amiss=what_is_amiss(here.settings, here.storage, now=asking.now) if _administers(asking) else [],
        fills=[project for project in every if _only_fills(asking, project.id)],
    )
    return _kept_by_nobody(page)


def _administers(asking: Asking) -> bool:
    return asking.asker.reach("user.create") is not None


def _only_fills(asking: Asking, project_id: int) -> bool:
    reaches = asking.asker.reach
    return reaches("submission.create", project_id) is not None and not reaches("tally.read", project_id)


def _kept_by_nobody(page: str) -> Response:
    response = make_response(page)
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Vary"] = "Accept-Language, Cookie"
    return response


def _shows_counts(asking: Asking, project_id: int) -> bool:
    reach = asking.asker.reach("tally.read", project_id)
    return asking.here.settings.pages.public_counts or (reach is not None and reach.csos is None)
