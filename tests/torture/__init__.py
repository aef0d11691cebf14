"""`make torture`: fiche under phones, coordinators and nights, while everything that can break does."""
