"""The rules after arrival: what they look at, what they find, what is decided."""
