"""What was planned, read from a spreadsheet, and what of it took place."""
