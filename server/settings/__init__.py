"""The configuration, read once."""
