"""/v1/projects: the projects that one may see, and changing them."""

from typing import Any

from forms.base.sqlite import Database
from forms.catalogue.form import Form
from forms.places import projects as kept
from forms.places.projects import Project
from server.identity.app_users import app_users
from server.projects.visible import visible_forms
from server.web import representation
from server.web.route import SIGNED_IN, Asking, Resource
from server.web.schema import NewProject, ProjectChanges, ProjectQuery
from server.web.schema import Project as ProjectAnswer
from sync.lists import submission_lists
from sync.lists.selection import Selection

resource = Resource("projects", "/v1/projects")


@resource.get("", may=SIGNED_IN, asks=ProjectQuery(), gives=ProjectAnswer(), gives_many=True)
def every(asking: Asking) -> list[dict[str, Any]]:
    """The projects that one may see; `forms=true` tells of their forms too."""
    mine = [
        project for project in kept.list_projects(asking.db) if asking.asker.reach("project.read", project.id)
    ]
    return [_shown(asking, asking.db, own, with_forms=asking.query["forms"]) for own in mine]


@resource.post("", may="project.create", takes=NewProject(), gives=ProjectAnswer())
def create(asking: Asking) -> dict[str, Any]:
    """Add a project."""

    def work(db: Database) -> dict[str, Any]:
        description = asking.body.get("description") or ""
        project_id = kept.create_project(db, asking.body["name"], description=description, now=asking.now)
        asking.audit(db, "project.create", project_id=project_id, details={"name": asking.body["name"]})
        return representation.project(_there(db, project_id))

    return asking.write(work)


@resource.get("/<segment:project_id>", may="project.read", gives=ProjectAnswer())
def read(asking: Asking) -> dict[str, Any]:
    """One project."""
    return _shown(asking, asking.db, asking.the_project)


@resource.patch("/<segment:project_id>", may="project.update", takes=ProjectChanges(), gives=ProjectAnswer())
def update(asking: Asking) -> dict[str, Any]:
    """Change a project's name or description, or archive it."""

    def work(db: Database) -> dict[str, Any]:
        changed = kept.update_project(db, asking.the_project, asking.body, now=asking.now)
        asking.audit(db, "project.update", details={"data": dict(asking.body)})
        return representation.project(changed)

    return asking.write(work)


@resource.delete("/<segment:project_id>", may="project.delete", success=True)
def delete(asking: Asking) -> None:
    """Delete a project: phones are told that it is gone, nothing of it is shown or taken any more."""

    def work(db: Database) -> None:
        kept.delete_project(db, asking.the_project.id, now=asking.now)
        asking.audit(db, "project.delete")

    asking.write(work)


def _shown(asking: Asking, db: Database, project: Project, *, with_forms: bool = False) -> dict[str, Any]:
    told = representation.project(project)
    forms = visible_forms(asking, db, project.id) if with_forms or asking.is_extended else []
    if with_forms:
        told["form_list"] = [
            representation.form(db, form)
            | (representation.extended_form(db, form, asking.asker) if asking.is_extended else {})
            for form in forms
        ]
    if asking.is_extended:
        told |= {
            "forms": len(forms),
            "app_users": len(app_users(db, project.id)),
            "datasets": 0,
            "last_submission": _last_submission(asking, db, forms),
            "verbs": asking.asker.verbs(project.id),
        }
    return told


def _last_submission(asking: Asking, db: Database, forms: list[Form]) -> str | None:
    moments = []
    for form in forms:
        reach = asking.asker.reach("submission.list", form.project_id, form)
        if reach:
            moments.append(submission_lists.last_received(db, Selection(form.id, reach.csos)) or "")
    return max(moments, default="") or None


def _there(db: Database, project_id: int) -> Project:
    project = kept.find_project(db, project_id)
    assert project is not None
    return project
