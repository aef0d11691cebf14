"""`fiche people requests`, `agree` and `refuse`: what waits for a second person, on the machine itself."""

import click

from forms.base.by import By
from forms.base.sqlite import Database
from server.base.clock import now
from server.identity import accounts, agreements
from server.identity.agreement import asker_in_words, wish_in_words
from server.people import agreeing
from server.terminal.command import (
    ErrorInWords,
    config_option,
    examples,
    json_option,
    settings_here,
    storage_of,
)
from server.terminal.output import say_json, say_table
from server.terminal.value import WholeNumber
from server.terminal.words import LANGUAGE, _
from server.web.address import server_address


@click.command(
    "requests",
    help=_("List what waits for a second person: changes to who reads referrals."),
    epilog=examples("fiche people requests"),
)
@config_option
@json_option
def requests(as_json: bool) -> None:
    """Those of the last seven days, the oldest first."""
    storage, _blobs = storage_of(settings_here())
    with storage.reading() as db:
        names = accounts.names_of(db)
        waiting = agreements.waiting_requests(db, now=now())
        rows = [
            (
                request.id,
                wish_in_words(request.wish, names, LANGUAGE),
                asker_in_words(request, names, LANGUAGE),
                ", ".join(sorted(names[key] for key in agreements.seconds(db, request.asker_id, now=now()))),
            )
            for request in waiting
        ]
    if as_json:
        say_json([dict(zip(("request", "wish", "asker", "can_agree"), row, strict=True)) for row in rows])
        return
    if not rows:
        click.echo(_("Nothing waits."))
        return
    headings = [_("No."), _("What"), _("Asked by"), _("Can agree")]
    say_table(headings, [[str(number), *texts] for number, *texts in rows])


@click.command(
    "agree",
    help=_(
        "Agree to a request: as a second person with their password, or alone where there is nobody else."
    ),
    epilog=examples("fiche people agree 3 --as oumou@osc.ml", "fiche people agree 3"),
)
@config_option
@click.option("--as", "email", metavar=_("EMAIL"), help=_("Whoever agrees; their password is asked for."))
@click.argument("number", type=WholeNumber(), metavar=_("NUMBER"))
def agree(number: int, email: str | None) -> None:
    """Without a second person it is written in the log, and told to every case manager."""
    settings = settings_here()
    storage, _blobs = storage_of(settings)
    second = None
    if email:
        with storage.reading() as db:
            second = _known(db, email)
    with storage.writing() as db:
        by = By(second, now())
        do = agreeing.agree if second else agreeing.agree_on_machine
        token = do(db, number, by)
    click.echo(_("Done. It is in the log, and every case manager is told."))
    if token:
        click.echo(
            _("Give this link to the person themselves. It is shown this once and works for seven days.")
        )
        click.echo(f"{server_address(settings)}/invitation/{token}")


@click.command(
    "refuse", help=_("Put a request aside: nothing is done."), epilog=examples("fiche people refuse 3")
)
@config_option
@click.argument("number", type=WholeNumber(), metavar=_("NUMBER"))
def refuse(number: int) -> None:
    """Nothing is changed, which needs nobody else."""
    storage, _blobs = storage_of(settings_here())
    with storage.writing() as db:
        agreeing.refuse(db, number, By(None, now()))
    click.echo(_("Request {number} was put aside.", number=number))


def _known(db: Database, email: str) -> int:
    password = click.prompt(_("Password of {email}", email=email), hide_input=True)
    account = accounts.person_with(db, email, password)
    if account is None:
        raise ErrorInWords(_("The address or the password is wrong."))
    return account.id
