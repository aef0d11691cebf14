"""/v1/openapi.json: the description of every route, written from the routes themselves; /v1/docs shows it."""

import re
from functools import lru_cache
from importlib.metadata import version
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Response, g, jsonify, render_template
from marshmallow import Schema

from server.web.address import server_address
from server.web.route import ANYONE, ROUTES, Asking, Resource, Route
from server.web.schema import ProblemAnswer, Success, camel

resource = Resource("description", "/v1")
HOLE = re.compile(r"<(?:(\w+):)?(\w+)>")


@resource.get("/openapi.json", may=ANYONE)
def openapi(asking: Asking) -> Response:
    """This description, as OpenAPI 3.1."""
    response = jsonify(description())
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@resource.get("/docs", may=ANYONE, gives_media=("text/html; charset=utf-8",))
def documentation(asking: Asking) -> Response:
    """The same for people to read, with examples for curl."""
    page = render_template(
        "docs.html",
        language=g.language,
        languages=asking.here.settings.languages,
        version=version("fiche"),
        groups=groups(description()),
        schemas=description()["components"]["schemas"],
        address=server_address(asking.here.settings),
    )
    return Response(page, content_type="text/html; charset=utf-8")


@lru_cache(maxsize=1)
def description() -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    plugin = MarshmallowPlugin(schema_name_resolver=lambda schema: _class(schema).__name__)
    spec = APISpec(
        title="fiche",
        version=version("fiche"),
        openapi_version="3.1.0",
        plugins=[plugin],
        info={
            "description": "Field sheets in, beneficiary counts out. Paths, codes and answers are those of "
            "ODK Central's version 1 wherever it has the concept.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        security=[{"bearer": []}, {"basic": []}],
    )
    spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    spec.components.security_scheme("basic", {"type": "http", "scheme": "basic"})
    for route in ROUTES:
        if route.is_page:
            continue
        spec.path(path=written_path(route.path), operations={route.method.lower(): _operation(route)})
    return spec.to_dict()


def written_path(path: str) -> str:
    """A path as OpenAPI writes it.

    >>> written_path("/v1/projects/<segment:project_id>/forms/<segment:form_id>.xml")
    '/v1/projects/{projectId}/forms/{formId}.xml'
    """
    return HOLE.sub(lambda found: f"{{{camel(found[2])}}}", path)


def groups(document: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The operations by their tag, for the page."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method in ("get", "post", "put", "patch", "delete"):
                told = {"method": method.upper(), "path": path, **operation}
                found.setdefault(operation["tags"][0], []).append(told)
    return list(found.items())


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.name.replace(".", "_") + "_" + str(ROUTES.index(route)),
        "tags": [route.name.partition(".")[0]],
        "summary": route.summary,
        "description": f"Right needed: {route.may}.",
        "parameters": [*_path_parameters(route), *_query_parameters(route)],
        "responses": {"200": _answer(route), "default": _problem()},
    }
    if route.may == ANYONE:
        operation["security"] = []
    if route.takes is not None:
        content = {"application/json": {"schema": route.takes}}
        operation["requestBody"] = {"required": True, "content": content}
    elif route.takes_media:
        bytes_of = {"schema": {"type": "string", "format": "binary"}}
        operation["requestBody"] = {"content": dict.fromkeys(route.takes_media, bytes_of)}
    return operation


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {
            "name": camel(name),
            "in": "path",
            "required": True,
            "schema": {"type": "integer"} if name == "project_id" else {"type": "string", "minLength": 1},
        }
        for _, name in HOLE.findall(route.path)
    ]


def _query_parameters(route: Route) -> list[dict[str, Any]]:
    asked = [{"in": "query", "schema": route.asks}] if route.asks is not None else []
    return [*asked, *({"in": "query", **option} for option in route.options)]


def _answer(route: Route) -> dict[str, Any]:
    if route.gives_media:
        content: dict[str, Any] = {media.partition(";")[0]: {"schema": {}} for media in route.gives_media}
        return {"description": route.summary, "content": content}
    schema: Any = {}
    if route.success:
        schema = Success()
    elif route.gives is not None:
        schema = {"type": "array", "items": route.gives} if route.gives_many else route.gives
    return {"description": route.summary, "content": {"application/json": {"schema": schema}}}


def _problem() -> dict[str, Any]:
    return {
        "description": "What went wrong, in the reader's language.",
        "content": {"application/json": {"schema": ProblemAnswer()}},
    }


def _class(schema: Schema | type[Schema] | str) -> type[Schema]:
    if isinstance(schema, str):
        raise TypeError(schema)
    return schema if isinstance(schema, type) else type(schema)
