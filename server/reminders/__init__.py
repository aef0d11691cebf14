"""What is missing and who is told: pages, mail, commands."""
