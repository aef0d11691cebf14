"""One version of a form as a value: read from its XForm, its tags checked, its tables laid out."""
