"""`fiche rollup` and `fiche rebuild`."""

from dataclasses import asdict

import click

from server.base.clock import now
from server.store.locks import exclusive
from server.terminal.command import (
    ErrorInWords,
    config_option,
    examples,
    json_option,
    settings_here,
    storage_of,
)
from server.terminal.output import progress, say_json
from server.terminal.words import _, counted, plural

ROLL_UP = "fiche rollup"


@click.command(
    help=_("Bring the tallies up to what the sheets say now, as every night does by itself."),
    epilog=examples("fiche rollup", "fiche rollup --full --json"),
)
@config_option
@click.option("--full", is_flag=True, help=_("Read every sheet again, not only what changed."))
@json_option
def rollup(full: bool, as_json: bool) -> None:
    """One run, alone."""
    from aggregates.tallies.roll_up import roll_up
    from server.night.examining import examine_here

    settings = settings_here()
    storage, _blobs = storage_of(settings)
    with progress(_("Examining the sheets")) as tell:
        examine_here(settings, storage, full=full, progress=tell)
    with progress(_("Rolling up")) as tell:
        run = roll_up(
            storage.writing,
            storage.reading,
            full=full,
            now=now,
            progress=tell,
            alone=exclusive(settings.roll_up_lock, what=ROLL_UP),
        )
    if as_json:
        say_json(asdict(run))
        return
    click.echo(
        _(
            "Sheets read: {submissions}. Numbers they hold: {facts}. Tallies changed: {tallies}.",
            submissions=counted(run.submissions),
            facts=counted(run.facts),
            tallies=counted(run.tallies),
        )
    )


@click.command(
    help=_("Make the answer tables, then the tallies, again from the sheets as they were received."),
    epilog=examples("fiche rebuild"),
)
@config_option
def rebuild() -> None:
    """Everything derived, once more; nothing that was received is touched."""
    from aggregates.tallies.roll_up import roll_up
    from server.night.examining import examine_here
    from sync.intake.rebuild import rebuild as lay_flat
    from sync.intake.submissions import count

    settings = settings_here()
    storage, _blobs = storage_of(settings)
    with exclusive(settings.roll_up_lock, what=ROLL_UP):
        with storage.reading() as db:
            total = count(db)
        done = 0
        with progress(_("Answer tables")) as tell:

            def add(more: int) -> None:
                nonlocal done
                done += more
                tell(done, total)

            rebuilt = lay_flat(storage.writing, storage.reading, now=now(), progress=add)
        with progress(_("Examining the sheets")) as tell:
            examine_here(settings, storage, full=True, progress=tell)
        with progress(_("Rolling up")) as tell:
            run = roll_up(storage.writing, storage.reading, full=True, now=now, progress=tell)
    click.echo(
        _(
            "Sheets laid out again: {sheets}. Numbers they hold: {facts}.",
            sheets=counted(rebuilt.sheets),
            facts=counted(run.facts),
        )
    )
    if rebuilt.unreadable:
        unreadable = len(rebuilt.unreadable)
        raise ErrorInWords(
            plural(
                "{count} sheet can no longer be read and keeps what was made of it; a flag in the inbox names it.",
                "{count} sheets can no longer be read and keep what was made of them; flags in the inbox name them.",
                unreadable,
            )
        )
