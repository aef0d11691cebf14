"""Reports by their numbers: a table that was given out, as it was, and what is different today."""
