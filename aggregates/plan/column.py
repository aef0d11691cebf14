"""The columns of a plan, by the headings that people give them in French and English. Pure."""

from forms.base.table import TableLayout

HEADINGS: dict[str, tuple[str, ...]] = {
    "cso": ("osc", "cso", "ong", "organisation", "organization", "partenaire", "partner"),
    "place": (
        "lieu", "place", "village", "localite", "site", "secteur", "village ou secteur", "village or sector",
        "code lieu", "code village", "place code",
    ),
    "commune": ("commune",),
    "month": ("mois", "month", "periode", "period"),
    "date": ("date", "jour", "day", "date prevue", "jour prevu", "planned day", "planned date", "date seance"),
    "activity": (
        "activite", "activity", "type dactivite", "type activite", "type d activite", "activity type",
        "type of activity",
    ),
    "form": ("fiche", "form", "formulaire", "sheet", "field sheet", "fiche de collecte"),
    "animator": ("animateur", "animatrice", "animator", "animateur animatrice", "animateur trice"),
    "sessions": (
        "seances", "seance", "sessions", "session", "nombre de seances", "nb seances", "seances prevues",
        "planned sessions", "number of sessions",
    ),
    "people": (
        "personnes", "people", "participants", "beneficiaires", "personnes prevues", "planned people",
        "total personnes", "total",
    ),
    "men": ("hommes", "homme", "men", "h"),
    "women": ("femmes", "femme", "women", "f"),
    "boys": ("garcons", "garcon", "boys", "g"),
    "girls": ("filles", "fille", "girls", "fi"),
}  # fmt: skip
"""By column, its headings as `plain` writes them; the first is the French one, the template's."""
ENGLISH = {
    "cso": "cso", "place": "place", "commune": "commune", "month": "month", "date": "date",
    "activity": "activity", "form": "form", "animator": "animator", "sessions": "sessions",
    "people": "people", "men": "men", "women": "women", "boys": "boys", "girls": "girls",
}  # fmt: skip
"""The English heading of each column."""
LAYOUT = TableLayout(HEADINGS, required=(("place", "commune"), ("month", "date")))
