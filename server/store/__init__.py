"""The open database, its locks, a full disk."""
