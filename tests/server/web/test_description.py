"""The description of the interface is true: whatever a program sends by it is answered as it says, never with 500."""

import random
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from server.base import clock
from server.identity import accounts, sessions
from server.web.openapi import written_path
from server.web.route import ROUTES, Route
from tests.server.cast import Stage, make_stage, stage

__all__ = ["stage"]
KNOWN = {
    "projectId": "1", "formId": "club", "instanceId": "uuid:tagne", "versionId": "uuid:tagne", "version": "1",
    "name": "villages.csv", "table": "Submissions", "code": "TAGNE", "role": "viewer",
}  # fmt: skip
"""What is there: addresses made up whole are all answered 404."""


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The description, loaded from a server with the whole cast."""
    made = make_stage(tmp_path_factory.mktemp("described"))
    return made, schemathesis.openapi.from_wsgi("/v1/openapi.json", made.app)


DESCRIBED = [route for route in ROUTES if not route.is_page]


@pytest.mark.parametrize("route", DESCRIBED, ids=lambda route: f"{route.method} {route.path}")
def test_whatever_is_sent_is_answered_as_described(schema: Any, route: Route) -> None:
    stage, document = schema
    operation = document[written_path(route.path)][route.method.lower()]
    with stage.station.storage.writing() as db:  # a session for each: some routes end it
        admin = accounts.find_person(db, stage.ids["admin"])
        token = sessions.start_session(db, admin, now=clock.now())[0]

    dice = random.Random(7)

    @given(case=operation.as_strategy())
    @settings(
        max_examples=15,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    def send(case: Any) -> None:
        for name in case.path_parameters or {}:
            if name in KNOWN and dice.random() < 0.8:
                case.path_parameters[name] = KNOWN[name]
        answer = case.call_and_validate(
            checks=[content_type_conformance, response_schema_conformance],
            headers={"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"},
        )
        assert answer.status_code in (*range(200, 500), 501), answer.text  # 501: an OData option not offered

    send()


def test_every_route_is_described_once(stage: Stage) -> None:
    document = stage.get("nobody", "/v1/openapi.json").get_json()
    assert document["openapi"].startswith("3.1")
    operations = [
        operation
        for methods in document["paths"].values()
        for method, operation in methods.items()
        if method in ("get", "post", "put", "patch", "delete")
    ]
    assert len(operations) == len([route for route in ROUTES if not route.is_page])
    assert all(operation["summary"].endswith((".", "…")) for operation in operations)
    ids = [operation["operationId"] for operation in operations]
    assert len(set(ids)) == len(ids)
