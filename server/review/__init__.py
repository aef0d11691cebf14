"""Deciding, flags, corrections: interface and pages."""
