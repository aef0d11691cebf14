"""What may be asked: XLSForms, their XForms, their fields, tally tags and places. Imports nobody."""
