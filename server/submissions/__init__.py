"""Received sheets: the interface, and what its pages share."""
