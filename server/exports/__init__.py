"""Sheets as files and feeds for programs."""
