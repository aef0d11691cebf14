"""Fixtures that every test may ask for, in which order tests run, and how properties are tried."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.database import DirectoryBasedExampleDatabase

from server.problems import FEATURES
from server.web.problem import register

pytest_plugins = ["tests.terminal", "tests.engine.fixtures", "tests.station", "tests.browser"]

settings.register_profile(
    "explore",  # other examples in every run: `make explore`
    deadline=None,  # how long an example takes says nothing on two cores that others use too
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,  # a station is emptied, or filled further, by the test itself
    ],
    database=DirectoryBasedExampleDatabase(Path(__file__).parent.parent / "build" / "hypothesis"),
)
settings.register_profile(
    "same",  # the same examples in every run: a change is taken or refused for what it does, not by chance
    settings.get_profile("explore"),
    derandomize=True,
    database=None,
)
settings.load_profile("same")
register(FEATURES)  # as whoever starts fiche does


DEAREST = ("journeys", "web", "upkeep", "test_built.py", "test_jobs.py")
"""Files and folders whose tests take longest."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The dearest first: a long one that comes last would keep one processor waiting for the other."""
    items.sort(key=lambda item: not set(DEAREST) & set(item.path.parts))
