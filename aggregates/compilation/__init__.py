"""The compilation sheet of an organisation and a month: its blocks, sums, signatures and adjustments."""
