"""What every command shares: options, tables, progress, the language of the terminal."""
