"""What every command stands on: its configuration, its database, its errors in words, its tables."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from forms.base.blobs import BlobStore
from forms.base.refusal import Refusal
from forms.base.sqlite import Database
from forms.places.projects import Project, ProjectUnknown, find_project, find_project_by_name, list_projects
from server.settings.settings import Settings, find_settings_file, read_settings
from server.store.database import Storage
from server.terminal.words import LANGUAGE, _

CONFIG = "fiche.config"
Command = TypeVar("Command", bound=Callable[..., Any])


class ErrorInWords(click.ClickException):
    """An error in words, without click's own "Error:" before it; exit code 1."""

    def show(self, file: Any = None) -> None:
        """Say it on the error output."""
        click.echo(self.message, file=file or sys.stderr)


class Group(click.Group):
    """A group of commands whose refusals become sentences (`server.web.problem`)."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order in which one needs them, not by the alphabet."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what it refuses is told, with exit code 1."""
        try:
            return super().invoke(ctx)
        except Refusal as refusal:
            from server.web.problem import sentence

            raise ErrorInWords(sentence(refusal, LANGUAGE)) from None
        except Exception as error:
            told = _in_words(error)
            if told is None:
                raise
            raise ErrorInWords(told) from None


def _in_words(error: Exception) -> str | None:
    """What a command says of an error of the machine: a full disk, files of others; None for a bug."""
    from server.store.full_disk import is_disk_full, is_read_only

    try:
        data = settings_here().data_directory
    except Refusal:
        data = settings_file().parent
    if is_disk_full(error, data):
        return _(
            "The disk is full: nothing is lost, and this is not done. Make room, then give the command again."
        )
    if is_read_only(error, data):
        return _(
            "{path} cannot be written to. Give it back to whoever runs fiche (chown -R), or its disk its right to "
            "write.",
            path=data,
        )
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return None


def _remember(context: click.Context, _parameter: click.Parameter, value: str | None) -> None:
    if value:
        context.meta[CONFIG] = value


def config_option(command: Command) -> Command:
    """Give a command `--config`."""
    return click.option(
        "--config",
        metavar=_("FILE"),
        type=click.Path(),
        expose_value=False,
        callback=_remember,
        help=_("Configuration file; otherwise FICHE_CONFIG, otherwise ./fiche.toml."),
    )(command)


def project_option(command: Command) -> Command:
    """Give a command `--project`, a number or a name."""
    return click.option(
        "--project", metavar=_("PROJECT"), help=_("Number or name of the project; otherwise the first one.")
    )(command)


def json_option(command: Command) -> Command:
    """Give a command `--json`."""
    return click.option("--json", "as_json", is_flag=True, help=_("Say it as JSON."))(command)


def examples(*lines: str) -> str:
    """The end of a command's help."""
    return "\b\n" + "\n".join([_("Examples:"), *(f"  {line}" for line in lines)])


def settings_file() -> Path:
    """The configuration file that this command is to use."""
    return find_settings_file(click.get_current_context().meta.get(CONFIG))


def settings_here() -> Settings:
    """The configuration of this command."""
    return read_settings(settings_file())


def storage_of(settings: Settings) -> tuple[Storage, BlobStore]:
    """The database and the blobs of an installation that is there; closed when the command ends.

    Until then no restore can put other data in their place; one that was cut off is finished first.
    """
    finish_cut_off(settings)
    if not settings.database_path.exists():
        raise ErrorInWords(
            _("There is no database at {path}. Start with: fiche init", path=settings.database_path)
        )
    from server.store.owners import give_all
    from server.upkeep.install import open_storage

    click.get_current_context().call_on_close(lambda: give_all(settings.data_directory))
    hold_data(settings)
    storage, blobs = open_storage(settings, tell_upgrade)
    click.get_current_context().call_on_close(storage.close)
    return storage, blobs


def finish_cut_off(settings: Settings) -> None:
    """Finish a restore that was cut off, and say so."""
    from server.base.clock import now
    from server.upkeep.restore import finish_restore

    if finish_restore(settings, now=now()):
        click.echo(
            _(
                "A restore that was cut off is finished now: {path} holds what the backup held. What was there before "
                "lies beside it.",
                path=settings.data_directory,
            ),
            err=True,
        )


def hold_data(settings: Settings) -> None:
    """Let no restore begin until this command has ended. Raises Busy while one goes on."""
    from server.store.locks import RESTORING, shared

    click.get_current_context().with_resource(shared(settings.data_lock, what=RESTORING))


def tell_upgrade(done: int, total: int) -> None:
    """Say that an upgrade takes its time; on the error output, where it is in no program's way."""
    click.echo(
        _("Bringing the sums in line with this version: {done} of {total} …", done=done, total=total),
        err=True,
    )


def project_named(db: Database, named: str | None) -> Project:
    """The project of this number or name, the first one for None. Raises ProjectUnknown."""
    if named is None:
        found: Project | None = next(iter(list_projects(db)), None)
    elif named.isdecimal():
        found = find_project(db, int(named))
    else:
        found = find_project_by_name(db, named)
    if found is None:
        raise ProjectUnknown(project=named or 1)
    return found
