"""Examination and roll-up of what came in: by command and interface."""
