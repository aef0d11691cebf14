"""Invented field work, to try fiche with."""
