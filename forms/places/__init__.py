"""Where work is done and by whom: places, projects, organisations and their zones."""
