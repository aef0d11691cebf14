"""Projects, organisations and places: interface and commands."""
