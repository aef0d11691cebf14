"""Forms, drafts, versions and their trials: interface and commands."""
