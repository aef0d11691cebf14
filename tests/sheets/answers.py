"""Answers as an animator gives them, by question name."""

from typing import Any

PLACE: dict[str, Any] = {
    "osc": "tagne",
    "region": "KOU",
    "cercle": "KOU-KOL",
    "commune": "KOU-KOL-NON",
    "village": "T-NON1",
}
SESSION: dict[str, Any] = {
    **PLACE,
    "statut_seance": "oui",
    "date_seance": "2020-03-08",
    "type_activite": "causerie",
    "milieu": "hors_ecole",
    "programme": "non",
    "lieu": "place_publique",
    "role_animation": "animateur_osc",
    "theme": "vbg mgf",
    "duree_min": "90",
    "n_hommes": "12",
    "n_femmes": "25",
    "n_garcons": "9",
    "n_filles": "14",
    "saisie_papier": "non",
}
POSTPONED: dict[str, Any] = {
    **PLACE,
    "statut_seance": "reportee",
    "motif": "pluie",
    "date_seance": "2020-03-08",
    "type_activite": "causerie",
}
TRAINING: dict[str, Any] = {
    **PLACE,
    "date_debut": "2020-06-02",
    "date_fin": "2020-06-04",
    "intitule": "Prise en charge des survivantes",
    "langue": "bamanankan",
    "n_organisations": "4",
    "categories": [
        {"categorie": "prestataires_services", "n_h": "10", "n_f": "15"},
        {"categorie": "points_focaux", "n_h": "3", "n_f": "4", "n_g": "1", "n_fi": "2"},
    ],
    "saisie_papier": "non",
}
