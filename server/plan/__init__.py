"""The plan of activities: interface, pages, commands."""
