"""What coordinators decide and say about sheets."""
