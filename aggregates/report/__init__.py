"""One table for one reader: ordered, turned, suppressed."""
