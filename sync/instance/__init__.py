"""One sheet as it came: its identity, its answers, its rows."""
