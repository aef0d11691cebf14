"""Believable answers to the two shipped sheets, drawn by dice: a month of field work that never happened.

Question names and choice codes are those of the domain page § 3, § 5.1 and § 5.5. Called by `server.demo.demo`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

from forms.places.cso_code import CsoCode

Answers = dict[str, object]

SESSION = "seance_sensibilisation"
TRAINING = "formation"


@dataclass(frozen=True, slots=True)
class Village:
    """Where a demonstration sheet is filled, with the answers that lead there."""

    code: str
    commune: str
    cercle: str
    region: str
    cso: CsoCode
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """How sessions of one type usually are."""

    code: str
    weight: int
    men: int
    women: int
    boys: int
    girls: int
    minutes: int
    place: str
    led_by: str


ACTIVITIES = (
    Activity("causerie", 40, 9, 22, 6, 11, 75, "place_publique", "animateur_osc"),
    Activity("visite_domicile", 14, 1, 3, 1, 2, 30, "domicile", "animateur_osc"),
    Activity("dialogue_communautaire", 12, 18, 20, 4, 5, 120, "place_publique", "leader_coutumier"),
    Activity("focus_groupe", 8, 5, 7, 2, 3, 60, "autre", "animateur_osc"),
    Activity("dialogue_intergen", 7, 10, 12, 8, 9, 90, "place_publique", "comite_eveil"),
    Activity("lecon_modele", 6, 1, 2, 22, 25, 55, "ecole", "enseignant"),
    Activity("preche", 5, 45, 20, 12, 6, 40, "mosquee", "leader_religieux"),
    Activity("theatre_forum", 4, 40, 60, 55, 60, 90, "place_publique", "communicateur_trad"),
    Activity("mediation", 2, 2, 2, 0, 0, 60, "domicile", "leader_coutumier"),
    Activity("caravane", 2, 60, 85, 70, 80, 180, "place_publique", "animateur_osc"),
)
TOPICS = (
    "vbg",
    "mgf",
    "mariage_enfants",
    "droits_lois",
    "sr_pf",
    "services_prise_en_charge",
    "education_filles",
)
REASONS = ("pluie", "route", "deuil", "insecurite", "autre")
CATEGORIES = (
    "chefs_traditionnels",
    "leaders_religieux",
    "leaders_communautaires",
    "elus_locaux",
    "enseignants",
)
POSTPONED_SHARE = 0.06
PAPER_SHARE = 0.25
WRONG_TOTAL_SHARE = 0.08
FIRST_TIMERS_SHARE = 0.6
POSITION_SHARE = 0.6
FAR_SHARE = 0.03
"""Of the positions: taken somewhere else than in the village."""
CHANGES = (
    "n_mariages_empeches",
    "n_mgf_empechees",
    "n_mediations",
    "n_levirats_evites",
    "n_retours_ecole",
)


def session(dice: Random, village: Village, day: date) -> Answers:
    """A session that was held, or was not."""
    answers: Answers = {**_place(village), "date_seance": day.isoformat()}
    if dice.random() < POSTPONED_SHARE:
        return {
            **answers,
            "statut_seance": dice.choice(("reportee", "reportee", "annulee")),
            "motif": dice.choice(REASONS),
        }
    [activity] = dice.choices(ACTIVITIES, [possible.weight for possible in ACTIVITIES])
    cells = {
        name: _around(dice, usual)
        for name, usual in (
            ("n_hommes", activity.men),
            ("n_femmes", activity.women),
            ("n_garcons", activity.boys),
            ("n_filles", activity.girls),
        )
    }
    if not sum(cells.values()):
        cells["n_femmes"] = 1
    in_school = activity.code == "lecon_modele"
    return {
        **answers,
        "statut_seance": "oui",
        "type_activite": activity.code,
        "milieu": "scolaire" if in_school else "hors_ecole",
        "ecole": "École fondamentale" if in_school else "",
        "programme": "oui" if in_school else "non",
        "lieu": activity.place,
        "role_animation": activity.led_by,
        "mecanisme": "AUTRE" if activity.led_by == "comite_eveil" else "",
        "theme": " ".join(dice.sample(TOPICS, dice.randint(1, 3))),
        "duree_min": max(10, 5 * round(dice.gauss(activity.minutes, activity.minutes / 5) / 5)),
        **cells,
        "n_total": sum(cells.values()),
        "compte_seance": 1,
        **_paper(dice, sum(cells.values())),
        **_parts(dice, cells),
        **_reached(dice, activity),
        **{name: 1 for name in CHANGES if dice.random() < 0.02},
    }


def circumstances(dice: Random, village: Village, day: date, answers: Answers) -> Answers:
    """What a phone notes beside the answers: when the sheet was filled, and where, out of doors alone."""
    begun = datetime(day.year, day.month, day.day, dice.randint(8, 18), dice.randint(0, 59), tzinfo=UTC)
    seconds = 20 if dice.random() < 0.02 else dice.randint(150, 900)
    noted: Answers = {
        "start": f"{begun:%Y-%m-%dT%H:%M:%S}.000Z",
        "end": f"{begun + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S}.000Z",
    }
    is_at_home = answers.get("lieu") in (None, "domicile")
    if village.latitude is None or village.longitude is None or is_at_home or dice.random() > POSITION_SHARE:
        return noted
    away = 0.2 if dice.random() < FAR_SHARE else 0.004
    latitude, longitude = dice.gauss(village.latitude, away), dice.gauss(village.longitude, away)
    return {
        **noted,
        "gps": f"{latitude:.5f} {longitude:.5f} {dice.randint(280, 420)}.0 {dice.randint(4, 30)}.0",
    }


def training(dice: Random, village: Village, day: date) -> Answers:
    """A training of two to four days, with a row for each category of people."""
    rows: list[Answers] = []
    heads = 0
    for category in dice.sample(CATEGORIES, dice.randint(1, 3)):
        men, women = dice.randint(3, 14), dice.randint(3, 16)
        rows.append({"categorie": category, "n_h": men, "n_f": women, "n_ligne": men + women})
        heads += men + women
    return {
        **_place(village),
        "date_debut": day.isoformat(),
        "date_fin": (day + timedelta(days=dice.randint(1, 3))).isoformat(),
        "intitule": "Textes et droits des femmes",
        "langue": "bamanankan",
        "organisateur": village.cso.shown,
        "n_organisations": dice.randint(1, 5),
        "n_total": heads,
        "compte_formation": 1,
        "saisie_papier": "oui",
        "total_liste": heads,
        "categories": rows,
    }


def _place(village: Village) -> Answers:
    return {
        "osc": village.cso,
        "region": village.region,
        "cercle": village.cercle,
        "commune": village.commune,
        "village": village.code,
    }


def _around(dice: Random, usual: int) -> int:
    return max(0, round(dice.gauss(usual, usual / 3)))


def _paper(dice: Random, heads: int) -> Answers:
    if dice.random() >= PAPER_SHARE:
        return {"saisie_papier": "non"}
    if dice.random() >= WRONG_TOTAL_SHARE:
        return {"saisie_papier": "oui", "total_fiche": heads}
    return {
        "saisie_papier": "oui",
        "total_fiche": heads + dice.choice((-10, -1, 1, 2, 10)),
        "ecart_confirme": "OK",
    }


def _parts(dice: Random, cells: dict[str, int]) -> Answers:
    """Of whom: never more than the whole; often not asked at all, which is not nought."""
    parts: Answers = {}
    if dice.random() < FIRST_TIMERS_SHARE:
        for name, heads in cells.items():
            parts[name.replace("n_", "nv_", 1)] = _share(dice, heads, 0.45)
    if dice.random() < 0.4:
        parts["n_jf_18_24"] = _share(dice, cells["n_femmes"], 0.25)
        parts["n_jh_18_24"] = _share(dice, cells["n_hommes"], 0.25)
    if dice.random() < 0.3:
        parts["dont_handicap_f"] = _share(dice, cells["n_femmes"], 0.03)
        parts["dont_handicap_m"] = _share(dice, cells["n_hommes"], 0.03)
        parts["dont_descolarisees"] = _share(dice, cells["n_filles"], 0.2)
    return parts


def _share(dice: Random, heads: int, share: float) -> int:
    return sum(dice.random() < share for _ in range(heads))


def _reached(dice: Random, activity: Activity) -> Answers:
    referred: Answers = {"n_orientations": 1} if dice.random() < 0.05 else {}
    if activity.code != "caravane":
        return referred
    estimate = 50 * dice.randint(4, 30)
    return {
        **referred,
        "campagne": "AUTRE",
        "n_indirect": estimate,
        "methode_indirect": "estimation",
        "portee_indirecte": "personnes",
        "indirect_personnes": estimate,
    }


def villages_among(places: Sequence[Village]) -> Sequence[Village]:
    """Those where a partner works; all where nobody is named."""
    return [place for place in places if place.cso] or places
