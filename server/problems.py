"""Every refusal with the row that tells it: each feature declares its own beside what raises or serves it."""

from server.base.problem import Problems
from server.browser import problems as browser
from server.compilation import problems as compilation
from server.counts import problems as counts
from server.exports import problems as exports
from server.identity import problems as identity
from server.intake import problems as intake
from server.night import problems as night
from server.openrosa import problems as openrosa
from server.people import problems as people
from server.phones import problems as phones
from server.places import problems as places
from server.plan import problems as plan
from server.projects import problems as projects
from server.publishing import problems as publishing
from server.reminders import problems as reminders
from server.review import problems as review
from server.settings import problems as settings
from server.store import problems as store
from server.submissions import problems as submissions
from server.upkeep import problems as upkeep
from server.web import problems as web

FEATURES: tuple[Problems, ...] = (
    web.PROBLEMS,
    store.PROBLEMS,
    settings.PROBLEMS,
    identity.PROBLEMS,
    upkeep.PROBLEMS,
    intake.PROBLEMS,
    openrosa.PROBLEMS,
    projects.PROBLEMS,
    people.PROBLEMS,
    phones.PROBLEMS,
    browser.PROBLEMS,
    publishing.PROBLEMS,
    submissions.PROBLEMS,
    review.PROBLEMS,
    exports.PROBLEMS,
    counts.PROBLEMS,
    night.PROBLEMS,
    places.PROBLEMS,
    plan.PROBLEMS,
    reminders.PROBLEMS,
    compilation.PROBLEMS,
)
"""Whoever starts fiche has them registered: the application, the command line (`server.web.problem`)."""
