"""What everything stands on: the database driver, blobs, moments, months, the parent of every error."""
