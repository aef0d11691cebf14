"""`fiche forms`: check a spreadsheet, and publish it to the phones."""

from pathlib import Path

import click

from forms.base.by import By
from forms.base.refusal import Refusal
from forms.catalogue.publish import Published, Publisher, publish
from forms.catalogue.sheet import examine
from forms.definition.convert import FILE_TYPES
from server.publishing.conversion import FileTypeUnknown
from server.terminal.command import (
    Group,
    config_option,
    examples,
    json_option,
    project_named,
    project_option,
    settings_here,
    storage_of,
)
from server.terminal.output import say_json
from server.terminal.words import LANGUAGE, _

TYPES = (*FILE_TYPES, ".xml")
FILES = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(
    cls=Group,
    help=_("Check XLSForms, and publish them to the phones."),
    epilog=examples("fiche forms check seance.xlsx", "fiche forms publish seance.xlsx"),
)
@config_option
def forms() -> None:
    """The forms of a project."""


@forms.command(
    "check",
    help=_("Say what must be mended before these forms can be published; change nothing."),
    epilog=examples("fiche forms check seance.xlsx", "fiche forms check *.xlsx"),
)
@config_option
@click.argument("files", nargs=-1, required=True, type=FILES, metavar=_("FILE…"))
@click.pass_context
def check(context: click.Context, files: tuple[Path, ...]) -> None:
    """Every file is looked at; exit code 1 where one is refused."""
    from server.upkeep.install import read_sheet
    from server.upkeep.java import find_java
    from server.web.problem import sentence

    bands, java, refused = settings_here().reporting_bands, find_java(), False
    for path in files:
        try:
            _known_type(path)
            sheet = read_sheet(path, java)
            definition = examine(sheet, bands)
        except Refusal as refusal:
            click.echo(f"{path.name}: {sentence(refusal, LANGUAGE)}", err=True)
            refused = True
            continue
        click.echo(
            _("{name}: {form_id}, version {version}, can be published.",
              name=path.name, form_id=definition.form_id, version=definition.version or "–")
        )  # fmt: skip
        _say_confidential(is_confidential=definition.is_confidential)
        _warn(sheet.warnings, is_validated=sheet.is_validated)
    context.exit(1 if refused else 0)


@forms.command(
    "publish",
    help=_(
        "Publish forms to the phones. Lists that a form names are taken from --media, from the shipped "
        "lists and from the register of places."
    ),
    epilog=examples("fiche forms publish seance.xlsx", "fiche forms publish club.xlsx --media clubs.csv"),
)
@config_option
@project_option
@click.option(
    "--media",
    "media_files",
    multiple=True,
    type=FILES,
    metavar=_("FILE"),
    help=_("A file that a form names."),
)
@json_option
@click.argument("files", nargs=-1, required=True, type=FILES, metavar=_("FILE…"))
def publish_files(
    files: tuple[Path, ...], media_files: tuple[Path, ...], project: str | None, as_json: bool
) -> None:
    """All of them, or none."""
    from server.base.clock import now
    from server.publishing.closing import close, wipe
    from server.upkeep.install import media_at_hand, read_sheet
    from server.upkeep.java import find_java
    from sync.intake.rows import make_tables

    settings, java = settings_here(), find_java()
    storage, blobs = storage_of(settings)
    for path in files:
        _known_type(path)
    sheets = [read_sheet(path, java) for path in files]
    given = {path.name: path.read_bytes() for path in media_files}
    with storage.writing() as db:
        at_hand = media_at_hand(db, today=now().date().isoformat())
        owner, media = project_named(db, project), {**at_hand, **given}
        done = [
            publish(
                db,
                blobs,
                Publisher(settings.reporting_bands, make_tables, By(None, now())),
                project_id=owner.id,
                sheet=sheet,
                media=media,
            )
            for sheet in sheets
        ]
        for published in done:
            close(db, published, now=now())
    wipe(storage, *done)
    if as_json:
        say_json([_as_json(published_form) for published_form in done])
        return
    for outcome, sheet in zip(done, sheets, strict=True):
        words = (
            _("{form_id}: version {version} is on the phones' list.")
            if outcome.is_new
            else _("{form_id}: version {version} was published before, nothing changed.")
        )
        click.echo(words.format(form_id=outcome.form.xml_form_id, version=outcome.version or "–"))
        _say_confidential(is_confidential=outcome.form.is_confidential)
        _warn(sheet.warnings, is_validated=sheet.is_validated)


def _as_json(published: Published) -> dict[str, object]:
    return {
        "form_id": published.form.xml_form_id,
        "version": published.version,
        "project_id": published.form.project_id,
        "new": published.is_new,
        "confidential": published.form.is_confidential,
    }


def _say_confidential(*, is_confidential: bool) -> None:
    """In words: a mark that was misspelt or forgotten is seen before the first referral is sent."""
    click.echo(
        _("  Confidential: yes. Its sheets are for case managers alone.")
        if is_confidential
        else _("  Confidential: no. Its sheets are read by everybody in the project.")
    )


def _known_type(path: Path) -> None:
    if path.suffix not in TYPES:
        raise FileTypeUnknown(name=path.name, allowed=TYPES)


def _warn(warnings: tuple[str, ...], *, is_validated: bool) -> None:
    for warning in warnings:
        click.echo(f"  {warning}", err=True)
    if not is_validated:
        click.echo(_("  Not looked at by ODK Validate: there is no Java on this machine."), err=True)
