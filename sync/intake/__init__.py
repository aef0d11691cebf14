"""How a sheet comes in and is kept: the receipt, its versions, rows, files, conflicts and trials."""
