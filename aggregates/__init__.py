"""What it adds up to: facts, tallies and the table a person reads. Imports `forms` and `sync`."""
