"""Keeps texts from being taken for formulas by spreadsheets: the one list of signs, for rows made by Python and by SQL.

A formula in a file that somebody opens runs as that person: it fetches addresses and sends other cells there.
"""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""The signs that a formula begins with, those that are passed over before it, and their wide forms, which Excel takes
as well."""


def harmless(text: str) -> str:
    """The text, with an apostrophe in front where a spreadsheet would take it for a formula.

    >>> harmless("=1+1"), harmless("a=1"), harmless("")
    ("'=1+1", 'a=1', '')
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def as_written(text: str) -> str:
    """The text that `harmless` was given, where a file of fiche's own comes back.

    >>> as_written("'-11,44"), as_written("'tis"), as_written("-2")
    ('-11,44', "'tis", '-2')
    """
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_STARTS) else text


def harmless_sql(source: str) -> str:
    """The same as an SQL expression over an expression that gives a text, or NULL."""
    signs = ", ".join(str(ord(sign)) for sign in FORMULA_STARTS)
    return f"CASE WHEN unicode({source}) IN ({signs}) THEN '''' || {source} ELSE {source} END"
