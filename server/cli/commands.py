"""The commands of fiche by name, each read from its file when it is asked for.

A command that was read would bring all that it stands on: on an old laptop `fiche --version` would wait for the
whole of fiche.
"""

from importlib import import_module
from typing import NamedTuple

import click

from server.terminal.command import Group


class Where(NamedTuple):
    """Where a command stands."""

    module: str
    name: str
    """What it is called in there."""
    beside: tuple[tuple[str, str], ...] = ()
    """Commands of other files that belong below it."""


class Commands(Group):
    """A group whose commands are read one by one, in the order in which one needs them."""

    def __init__(self, *arguments: object, where: dict[str, Where], **options: object) -> None:
        super().__init__(*arguments, **options)  # type: ignore[arg-type]
        self.where = where

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All of them, without reading any."""
        return list(self.where)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, read now if it was not; None where there is none."""
        if cmd_name not in self.commands and cmd_name in self.where:
            self.add_command(_read(self.where[cmd_name]), cmd_name)
        return self.commands.get(cmd_name)


def _read(where: Where) -> click.Command:
    command: click.Command = getattr(import_module(where.module), where.name)
    if isinstance(command, click.Group):
        for module, name in where.beside:
            command.add_command(getattr(import_module(module), name))
    return command
