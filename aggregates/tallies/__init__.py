"""Sums of facts: kept, asked, rolled up every night, checked against their parts."""
