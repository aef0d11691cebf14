"""What became of a month since a moment: the sheets behind the difference between its numbers then and now."""
