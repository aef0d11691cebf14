"""Sheets as files: CSV and zip."""
