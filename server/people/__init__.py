"""Accounts, sign-in and roles: interface, pages, commands."""
