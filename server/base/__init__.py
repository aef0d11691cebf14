"""What every part of the server stands on: the clock, the server's own errors, whole numbers."""
