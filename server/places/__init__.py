"""The register of places: looked at, imported with a preview, taken back."""
