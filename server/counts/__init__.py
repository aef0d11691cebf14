"""Beneficiary counts: interface, pages, files, commands."""
