"""OpenRosa, as ODK Collect speaks it."""
