"""Texts for people: languages, days, names of codes, spreadsheets, drawings, flags in sentences."""
