"""The coordinator's list of sheets."""
