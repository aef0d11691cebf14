"""Who may do what, and how they reach it: HTTP, pages, command line, jobs, settings. Imports all."""
