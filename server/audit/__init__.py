"""The log of who did what: interface and page."""
