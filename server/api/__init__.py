"""The JSON interface under /v1, in the style of ODK Central's."""

from flask import Flask

from server.api import (
    app_users,
    assignments,
    audits,
    compilations,
    corrections,
    csos,
    datasets,
    description,
    draft_submissions,
    exports,
    flags,
    form_drafts,
    form_versions,
    forms,
    health,
    odata,
    plans,
    projects,
    public_links,
    rollups,
    sessions,
    submission_files,
    submission_history,
    submissions,
    tallies,
    users,
)

RESOURCES = (
    health.resource,
    sessions.resource,
    users.users,
    users.roles,
    *assignments.LEVELS,
    projects.resource,
    app_users.resource,
    app_users.code,
    public_links.resource,
    forms.resource,
    form_versions.resource,
    form_drafts.resource,
    draft_submissions.resource,
    submissions.resource,
    submission_history.resource,
    flags.resource,
    submission_files.resource,
    corrections.resource,
    exports.resource,
    odata.resource,
    csos.resource,
    datasets.resource,
    plans.resource,
    tallies.resource,
    rollups.resource,
    compilations.resource,
    audits.resource,
    description.resource,
)


def register(app: Flask) -> None:
    """Add every resource to the application."""
    for resource in RESOURCES:
        app.register_blueprint(resource.blueprint)
