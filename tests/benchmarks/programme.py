"""A programme as large as it gets: 394 villages, five CSOs, two years, 100,000 sheets, a plan, decisions and flags.

One CSO sends seven sheets of ten, from a third of the villages: its months are the longest that there are.
"""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate

from aggregates.plan.planned import Planned
from aggregates.plan.plans import add_import
from forms.base.sqlite import Database
from forms.definition.definition import Definition
from forms.places.cso_code import CsoCode
from forms.places.csos import create_cso
from forms.places.place import Place, locate_all
from forms.places.places import replace_places
from server.identity.app_users import NewPhone, add_app_user
from server.store.database import Storage
from sync.instance.envelope import Envelope
from sync.intake.receive import receive
from tests.sheet_writer import filled

FIRST_DAY, DAYS = date(2019, 1, 1), 731
REGIONS = {"KAY": ("Kayes", 129), "KOU": ("Koulikoro", 142), "SIK": ("Sikasso", 102), "BKO": ("Bamako", 21)}
"""Each with so many villages."""
VILLAGES_A_COMMUNE = 8
CSOS = {"TAGNE": 68, "APSEF": 12, "MPDL": 10, "APDF": 6, "CAEB": 4}
"""Each with its part of the sheets, out of a hundred."""
VILLAGES_A_PHONE = 2
ACTIVITIES = (
    "causerie", "visite_domicile", "counseling", "theatre_forum", "dialogue_communautaire", "dialogue_intergen",
    "focus_groupe", "preche", "lecon_modele", "pair_education", "projection", "plaidoyer",
)  # fmt: skip
STATES = (None, None, "edited", "hasIssues", "rejected", *["approved"] * 15)
"""Fifteen sheets of twenty are approved."""
BATCH = 1_000


@dataclass(frozen=True)
class Field:
    """Where the sheets come from."""

    villages: dict[str, list[str]]
    """By CSO."""
    phones: dict[str, list[int]]


def fill_programme(storage: Storage, definition: Definition, sheets: int) -> None:
    """Store the programme's sheets through the real intake, each received some days after its event."""
    dice = random.Random(7)
    with storage.writing() as db:
        field = settle(db)
        plan(db, field, sheets)
    names, weights = list(CSOS), list(accumulate(CSOS.values()))
    for start in range(0, sheets, BATCH):
        with storage.writing() as db:
            for number in range(start, min(start + BATCH, sheets)):
                cso = dice.choices(names, cum_weights=weights)[0]
                village = dice.randrange(len(field.villages[cso]))
                day = FIRST_DAY + timedelta(days=number * DAYS // sheets)
                envelope = Envelope(
                    sheet(definition, dice, cso, field.villages[cso][village], day),
                    submitter_id=field.phones[cso][village // VILLAGES_A_PHONE],
                    cso=CsoCode(cso),
                )
                received = day + timedelta(days=dice.choice((0, 0, 1, 1, 2, 3, 5, 12)))
                receive(
                    db, 1, envelope, now=datetime(received.year, received.month, received.day, 17, tzinfo=UTC)
                )
    with storage.writing() as db:
        decide(db, dice)


def settle(db: Database) -> Field:
    """Put the places, organisations and phones there."""
    now = datetime(2018, 12, 1, tzinfo=UTC)
    places, villages = [], []
    for region, (name, count) in REGIONS.items():
        places += [Place(region, "region", name, "ML"), Place(f"{region}-1", "cercle", name, region)]
        for number in range(count):
            commune = f"{region}-1-{number // VILLAGES_A_COMMUNE:02}"
            if not number % VILLAGES_A_COMMUNE:
                places.append(
                    Place(commune, "commune", f"{name} {number // VILLAGES_A_COMMUNE}", f"{region}-1")
                )
            code = f"V-{region}-{number:03}"
            villages.append(code)
            places.append(Place(code, "village", f"{name} village {number}", commune))
    replace_places(db, locate_all(places)[0])
    shares = [villages[:130], *(villages[130 + 66 * part : 196 + 66 * part] for part in range(4))]
    phones = {}
    for cso in CSOS:
        create_cso(db, cso, f"Association {cso.title()}", projects=[1], now=now)
        names = [
            f"Awa {cso.title()} {number}"
            for number in range(-(-len(shares[len(phones)]) // VILLAGES_A_PHONE))
        ]
        phones[cso] = [
            add_app_user(db, 1, NewPhone(display_name=name, cso=cso), now=now)[0] for name in names
        ]
    return Field(dict(zip(CSOS, shares, strict=True)), phones)


def plan(db: Database, field: Field, sheets: int) -> None:
    """Plan every village's month, some more than comes."""
    for cso, villages in field.villages.items():
        sessions = max(1, round(sheets * CSOS[cso] / 100 / 24 / len(villages) * 1.1))
        planned = [
            Planned(
                CsoCode(cso),
                f"{year}-{month:02}",
                village,
                form="seance_sensibilisation",
                sessions=sessions,
            )
            for year in (2019, 2020)
            for month in range(1, 13)
            for village in villages
        ]
        now = datetime(2018, 12, 20, tzinfo=UTC)
        add_import(db, 1, planned, file_name="plan.csv", actor_id=None, now=now)


def sheet(definition: Definition, dice: random.Random, cso: str, village: str, day: date) -> bytes:
    """A session with figures as they come."""
    return filled(
        definition,
        {
            "osc": CsoCode(cso), "statut_seance": "oui" if dice.random() < 0.95 else "reportee",
            "village": village, "milieu": "hors_ecole", "date_seance": day.isoformat(),
            "type_activite": dice.choice(ACTIVITIES), "programme": "non", "lieu": "place_publique",
            "role_animation": "animateur_osc", "theme": "vbg mgf", "duree_min": 90,
            "n_hommes": dice.randint(5, 30), "n_femmes": dice.randint(10, 60), "n_garcons": dice.randint(0, 20),
            "n_filles": dice.randint(5, 30), "nv_hommes": 3, "nv_femmes": 5, "saisie_papier": "non",
            "n_orientations": 0, "n_mariages_empeches": 0, "n_mgf_empechees": 0, "n_mediations": 1,
            "compte_seance": 1,
        },
    )  # fmt: skip


def decide(db: Database, dice: random.Random) -> None:
    """Decide on most of the sheets."""
    ids = [row[0] for row in db.execute("SELECT id FROM submission ORDER BY id")]
    db.conn.executemany(
        "UPDATE submission SET review_state = ? WHERE id = ?",
        [(dice.choice(STATES), number) for number in ids],
    )
