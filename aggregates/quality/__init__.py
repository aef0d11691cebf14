"""The rules after arrival: what they look at, and what they find."""
