"""The first page, and the desk of whoever decides."""
