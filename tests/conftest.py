"""Fixtures that every test may ask for."""

pytest_plugins = ["tests.engine.fixtures", "tests.station", "tests.browser"]
