"""A month of field work that never happened, through the same door as a phone's sheets.

The dice are seeded by the month and the project: the same command again sends the same bytes, which changes
nothing. Called by `fiche demo`.
"""

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from xml.sax.saxutils import escape, quoteattr

from forms.base.month import Month
from forms.base.sqlite import Database
from forms.catalogue.definitions import find_form, load_definition
from forms.definition.definition import Branch, Definition
from forms.places.cso_code import NO_CSO, CsoCode
from forms.places.csos import create_cso, list_csos
from forms.places.place import UNLISTED, Place
from forms.places.places import all_places
from server.demo import invented_answers
from server.demo.invented_answers import Answers, Village
from server.demo.plan import demo_plan, lay_plan
from server.identity.app_users import NewPhone, add_app_user, app_users
from server.store.database import Storage
from sync.instance.envelope import Envelope
from sync.intake.receive import FormUnknown, receive
from sync.intake.submissions import set_review_state

BATCH = 100
TRAINING_SHARE = 0.06
REVIEWS: tuple[tuple[str | None, int], ...] = (
    ("approved", 62),
    (None, 28),
    ("hasIssues", 7),
    ("rejected", 3),
)
DEVICE = "fiche-demo"
ANIMATORS = ("Awa Demba", "Oumou Keïta", "Fanta Diallo")
"""Of each CSO; invented, as everything here."""


@dataclass(frozen=True, slots=True)
class _Filled:
    """One sheet with the moment of its arrival and what a coordinator makes of it."""

    xml: bytes
    received_at: datetime
    review: str | None
    cso: CsoCode
    village: str
    animator: int
    """Which of the CSO's phones sent it."""


def fill_month(
    storage: Storage,
    *,
    project_id: int,
    sheets: int,
    month: Month,
    now: datetime,
    progress: Callable[[int, int], None],
) -> int:
    """Receive that many sheets of a month and review some; gives how many were not there before.

    Raises `sync.intake.receive.FormUnknown` where the session sheet was not published.
    """
    with storage.reading() as db:
        definitions = _definitions(db, project_id)
        villages = list(invented_answers.villages_among(_villages(all_places(db))))
    if invented_answers.SESSION not in definitions or not villages:
        raise FormUnknown(form_id=invented_answers.SESSION)
    filled = list(_sheets(definitions, villages, f"{project_id} {month}", sheets=sheets, month=month))
    planned = demo_plan(
        ((sheet.cso, sheet.village) for sheet in filled if sheet.cso),
        month=str(month),
        last_day=month.length,
        seed=f"{project_id} {month}",
    )
    with storage.writing() as db:
        phones = demo_phones(db, project_id, sorted({village.cso for village in villages}), now=now)
        lay_plan(db, project_id, planned, month=str(month), now=now)
    filled = [sheet for sheet in filled if sheet.received_at <= now]
    new = done = 0
    while done < len(filled):
        with storage.writing() as db:
            for sheet in filled[done : done + BATCH]:
                new += _receive(db, project_id, sheet, phones)
        done = min(done + BATCH, len(filled))
        progress(done, len(filled))
    return new


def instance_xml(definition: Definition, answers: Answers, *, instance_id: str) -> bytes:
    """A sheet of this form with answers by question name; every other question is left empty.

    Repeats are lists of such answers by the repeat's name; inside a repeat the row's own answers are read.
    """
    return (
        f"<?xml version='1.0' encoding='UTF-8'?><{definition.root} id={quoteattr(definition.form_id)} "
        f'version={quoteattr(definition.version)} xmlns:orx="http://openrosa.org/xforms">'
        f"{_elements(definition.tree, answers)}"
        f"<orx:meta><orx:instanceID>{escape(instance_id)}</orx:instanceID></orx:meta></{definition.root}>"
    ).encode()


def _elements(branch: Branch, answers: Answers) -> str:
    text = []
    for name, below in branch.children.items():
        if name == "meta":
            continue
        if below.asked is not None and below.asked.kind == "repeat":
            rows = answers.get(name)
            for row in rows if isinstance(rows, list) else []:
                text.append(f"<{name}>{_elements(below, row)}</{name}>")
        elif below.children:
            text.append(f"<{name}>{_elements(below, answers)}</{name}>")
        else:
            answer = answers.get(name, "")
            text.append(f"<{name}>{'' if isinstance(answer, list) else escape(str(answer))}</{name}>")
    return "".join(text)


def _day(month: Month, dice: Random) -> date:
    """A day of a month; fewer sheets are of Fridays and Sundays."""
    days = [month.first_day + timedelta(days=number) for number in range(month.length)]
    return dice.choices(days, [1 if day.weekday() in (4, 6) else 3 for day in days])[0]


def _definitions(db: Database, project_id: int) -> dict[str, Definition]:
    found = {}
    for name in (invented_answers.SESSION, invented_answers.TRAINING):
        form = find_form(db, project_id, name)
        if form and form.current_definition_id is not None:
            found[name] = load_definition(db, form.current_definition_id)
    return found


def _villages(places: list[Place]) -> list[Village]:
    by_code = {place.code: place for place in places}
    found = []
    for place in places:
        if place.level != "village" or place.code.endswith(UNLISTED):
            continue
        chain = [place]
        while chain[-1].parent in by_code:
            chain.append(by_code[chain[-1].parent])
        if len(chain) == 4:
            cso = next((CsoCode(link.cso) for link in chain if link.cso), NO_CSO)
            village, commune, cercle, region = (link.code for link in chain)
            found.append(Village(village, commune, cercle, region, cso, place.latitude, place.longitude))
    return found


def _sheets(
    definitions: dict[str, Definition], villages: list[Village], seed: str, *, sheets: int, month: Month
) -> Iterator[_Filled]:
    dice = Random(seed)
    states, weights = zip(*REVIEWS, strict=True)
    for number in range(sheets):
        village, day = dice.choice(villages), _day(month, dice)
        name, fill = invented_answers.SESSION, invented_answers.session
        if dice.random() < TRAINING_SHARE and invented_answers.TRAINING in definitions:
            name, fill = invented_answers.TRAINING, invented_answers.training
        answers = {"today": day.isoformat(), **fill(dice, village, day)}
        answers |= invented_answers.circumstances(Random(f"{seed} {number}"), village, day, answers)
        instance_id = f"uuid:{uuid.UUID(int=dice.getrandbits(128), version=4)}"
        arrived = datetime(day.year, day.month, day.day, 17, tzinfo=UTC) + timedelta(
            days=min(12, int(dice.expovariate(0.5))), minutes=dice.randint(0, 240)
        )
        [review] = dice.choices(states, weights)
        xml = instance_xml(definitions[name], answers, instance_id=instance_id)
        animator = sum(village.code.encode()) % len(ANIMATORS)  # a village has its animator
        yield _Filled(xml, arrived, review, village.cso, village.code, animator)


def demo_phones(
    db: Database, project_id: int, codes: Sequence[CsoCode], *, now: datetime
) -> dict[tuple[CsoCode, int], int]:
    """The phones of the demonstration, by CSO and number; those of an earlier run serve again.

    The organisations themselves are added where they are not known yet.
    """
    known = {(CsoCode(user.cso), user.display_name): user.id for user in app_users(db, project_id)}
    organisations = {cso.key for cso in list_csos(db)}
    phones = {}
    for code in codes:
        if code and code not in organisations:
            create_cso(db, code.shown, code.shown, projects=[project_id], now=now)
        for number, name in enumerate(ANIMATORS):
            found = known.get((code, name))
            if found is None:
                found, _token = add_app_user(
                    db, project_id, NewPhone(display_name=name, cso=code.shown), now=now
                )
            phones[code, number] = found
    return phones


def _receive(
    db: Database, project_id: int, sheet: _Filled, phones: Mapping[tuple[CsoCode, int], int]
) -> bool:
    envelope = Envelope(
        sheet.xml,
        device_id=DEVICE,
        submitter_id=phones.get((sheet.cso, sheet.animator)),
        cso=sheet.cso,
    )
    receipt = receive(db, project_id, envelope, now=sheet.received_at)
    if receipt.outcome != "created":
        return False
    if sheet.review:
        later = sheet.received_at + timedelta(days=2)
        set_review_state(db, receipt.submission_id, sheet.review, now=later, actor_id=None)
    return True
