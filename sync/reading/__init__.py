"""Answers as people read them: in the form's own words, and what differs between two versions."""
