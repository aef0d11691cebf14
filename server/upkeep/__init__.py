"""Looking after an installation: setting it up, backing it up, examining it."""
