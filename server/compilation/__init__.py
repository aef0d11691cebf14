"""Compilation sheets and their signatures: interface, pages, files, commands."""
