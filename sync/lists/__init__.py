"""Lists of sheets: the inbox, the interface's lists, and who may see which."""
