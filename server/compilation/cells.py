"""The cells of a compilation sheet's rows as a page writes them: a month has thousands, too many for a template."""

from collections.abc import Callable

from markupsafe import Markup, escape

from server.compilation.table import ShownBlock, ShownRow

LONG = ("flag", "misses")
"""What their texts are that take more room than others."""
Addresses = Callable[[ShownBlock, ShownRow], str]


def cells_of(addresses: Addresses) -> Callable[[ShownBlock], Callable[[ShownRow], Markup]]:
    """What gives, for a block, the cells of each of its rows after the heading, as HTML.

    `addresses` gives where the sheets behind a row's numbers are listed, but for the column's key.
    """

    def of_block(block: ShownBlock) -> Callable[[ShownRow], Markup]:
        columns = [
            (
                str(escape(column.key)) if column.is_listed else "",
                ' class="words long"'
                if column.kind in LONG
                else ""
                if column.is_numeric
                else ' class="words"',
            )
            for column in block.columns[1:]
        ]
        is_listed = any(key for key, _ in columns)

        def of_row(row: ShownRow) -> Markup:
            base = escape(addresses(block, row)) if is_listed else ""
            written = [
                f'<td><a href="{base}{key}">{cell.text}</a></td>'  # a number: nothing to escape
                if key and cell.number
                else f"<td{classes}>{cell.text if cell.number is not None else escape(cell.text)}</td>"
                for cell, (key, classes) in zip(row.cells[1:], columns, strict=True)
            ]
            return Markup("".join(written))  # noqa: S704 -- every text in it is escaped above

        return of_row

    return of_block
