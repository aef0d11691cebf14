"""Every address of the server, joined in one list: phones, the interface under /v1, the pages people read."""

from flask import Blueprint

from server.audit import api as audit_api
from server.audit import pages as audit_pages
from server.browser import api as links_api
from server.browser import pages as filling_pages
from server.browser import pages_links, pages_web_form
from server.compilation import api as compilation_api
from server.compilation import api_changes, pages_changes
from server.compilation import pages as compilation_pages
from server.counts import api as counts_api
from server.counts import pages as counts_pages
from server.counts import pages_sheets
from server.exports import api as exports_api
from server.exports import api_odata
from server.home import pages as home_pages
from server.inbox import pages as inbox_pages
from server.inbox import pages_file, pages_views
from server.night import api as night_api
from server.openrosa import phones, trials
from server.people import api as people_api
from server.people import api_assignments, api_sessions, pages_agreements, pages_signing_in
from server.people import pages as people_pages
from server.phones import api as phones_api
from server.phones import pages as phones_pages
from server.places import api as places_api
from server.places import pages as places_pages
from server.plan import api as plan_api
from server.plan import pages as plan_pages
from server.plan import pages_uploads
from server.projects import api as projects_api
from server.projects import api_csos
from server.publishing import api as forms_api
from server.publishing import api_datasets, api_drafts, api_trials, api_versions
from server.reminders import pages as reminder_pages
from server.reports import api as reports_api
from server.reports import pages as report_pages
from server.review import (
    api_corrections,
    api_flags,
    pages_correcting,
    pages_decisions,
    pages_flags,
    pages_move,
    pages_phone_edits,
)
from server.sheet import pages as sheet_pages
from server.sheet import pages_beside
from server.submissions import api as submissions_api
from server.submissions import api_files, api_history
from server.web import asset, health, openapi

INTERFACE = (
    health.resource,
    api_sessions.resource,
    people_api.users,
    people_api.roles,
    *api_assignments.LEVELS,
    projects_api.resource,
    phones_api.resource,
    phones_api.code,
    links_api.resource,
    forms_api.resource,
    api_versions.resource,
    api_drafts.resource,
    api_trials.resource,
    submissions_api.resource,
    api_history.resource,
    api_flags.resource,
    api_files.resource,
    api_corrections.resource,
    exports_api.resource,
    api_odata.resource,
    api_csos.resource,
    places_api.resource,
    api_datasets.resource,
    plan_api.resource,
    counts_api.resource,
    night_api.resource,
    api_changes.resource,
    compilation_api.resource,
    reports_api.resource,
    audit_api.resource,
    openapi.resource,
)
"""The JSON interface under /v1, in the style of ODK Central's."""

PAGES = (
    home_pages.resource,
    pages_signing_in.resource,
    counts_pages.resource,
    pages_sheets.resource,
    people_pages.resource,
    pages_agreements.resource,
    phones_pages.resource,
    inbox_pages.resource,
    pages_file.resource,
    pages_decisions.resource,
    pages_views.resource,
    sheet_pages.resource,
    pages_flags.resource,
    pages_move.resource,
    pages_beside.resource,
    pages_phone_edits.resource,
    pages_changes.resource,
    compilation_pages.resource,
    report_pages.resource,
    places_pages.resource,
    plan_pages.resource,
    pages_uploads.resource,
    reminder_pages.resource,
    pages_correcting.resource,
    filling_pages.link,
    filling_pages.resource,
    pages_links.resource,
    pages_web_form.resource,
    audit_pages.resource,
)
"""What people read, rendered here, every asset from this machine."""


def blueprints() -> tuple[Blueprint, ...]:
    """Every group of addresses, in the order in which the application is to take them."""
    ours = tuple(resource.blueprint for resource in (*INTERFACE, *PAGES))
    return (phones.blueprint, trials.blueprint, *ours, asset.blueprint)
