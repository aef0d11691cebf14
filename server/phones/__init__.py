"""Phones and their codes: interface, pages, commands."""
