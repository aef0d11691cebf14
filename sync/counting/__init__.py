"""What one sheet counts: its cells, facts and summary, derived in one place."""
