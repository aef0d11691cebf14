"""What is written behind an option or in an argument, read and refused in whole sentences of the terminal's language.

The command line library names types as programmers do (« integer range »).
"""

from typing import Any

import click

from forms.base.month import Month
from server.terminal.words import _


class WholeNumber(click.ParamType[int]):
    """A whole number of 1 or more, up to `most`."""

    name = "number"

    def __init__(self, most: int = 2**63 - 1) -> None:
        self._most = most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number; the command ends where there is none."""
        text = str(value)
        if not (text.isascii() and text.isdecimal() and len(text) < 20 and 1 <= int(text) <= self._most):
            self.fail(
                _("{value} is no whole number from 1 to {most}.", value=text, most=self._most)
                if self._most < 2**63 - 1
                else _("{value} is no whole number of 1 or more.", value=text),
                param,
                ctx,
            )
        return int(text)


class MonthOfYear(click.ParamType[Month]):
    """A month, written as 2020-03."""

    name = "month"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Month:
        """The month; the command ends where there is none."""
        if not Month.is_written(str(value)):
            self.fail(_("{month} is no month. Write for example 2020-03.", month=value), param, ctx)
        return Month.parse(str(value))
