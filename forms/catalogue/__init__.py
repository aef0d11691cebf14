"""The forms that are kept: drafts, published versions and their files, and how one becomes the other."""
