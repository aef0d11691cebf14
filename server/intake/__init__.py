"""Taking a sheet in: the same way for phones, programs and browsers."""
