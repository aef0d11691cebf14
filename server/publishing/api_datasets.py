"""/v1/projects/P/datasets: entity lists. There are none yet; clients that ask are told so, and go on."""

from typing import Any

from server.web.route import Asking, Resource

resource = Resource("datasets", "/v1/projects/<segment:project_id>/datasets")


@resource.get("", may="dataset.list")
def every(asking: Asking) -> list[Any]:
    """The entity lists of a project: none yet."""
    return []
