"""Sheets filled in a browser, and the links that lead there."""
