"""What the blocks and columns of a compilation sheet are called. A further sheet adds its blocks' words here.

Headings are short, in groups: they stand over numbers of four digits.
"""

from server.words.language import mark

TITLES = {
    "sessions": mark("1. Sessions and participations, by place"),
    "activities": mark("1. Sessions and participations, by activity"),
    "states": mark("1. Participations by review state"),
    "trainings": mark("1. Trainings, by place"),
    "members": mark("Members, by place"),
    "changes": mark("5. Changes"),
    "missing": mark("6. Missing and late, by animator"),
    "checks": mark("7. Checks"),
    "adjustments": mark("Adjustments after closing"),
}
MORE_NOTES = {
    "held_beside": mark(
        "Came with a day of the month before or after, where it is counted; not missing here: {count}."
    ),
    "for_others": mark("Received here and expected in the month before or after: {count}."),
    "received_otherwise": mark("Received without a phone, filled in the office or with a link: {count}."),
}
"""What a block itself has to say, by the key of its note."""
NOTES = {
    "sessions": mark(
        "Participations: the same person at several sessions is counted at each. New persons are those that animators "
        "declare; where no sheet tells, nobody knows (–). Indirect and media reach are never in the total."
    ),
    "states": mark(
        "The four states together make the provisional number; rejected and held sheets are in none."
    ),
    "changes": mark("Declared by animators, since the session before; these are no beneficiaries."),
    "missing": mark("Late: received more than {days} days after the event."),
    "adjustments": mark(
        "Sheets that arrived, were corrected, decided on or given to another organisation after their month was "
        "validated: the differences to its snapshot, which stays as it is."
    ),
}
EMPTY = {
    "sessions": mark("No session this month."),
    "activities": mark("No session this month."),
    "trainings": mark("No training this month."),
    "changes": mark("No change was told of this month."),
    "checks": mark("The rules found nothing to look at."),
}
SESSIONS, PARTICIPATIONS, NEW, OF_WHOM = (
    mark("Sessions"),
    mark("Participations"),
    mark("New persons"),
    mark("Of whom"),
)
BEYOND, SHEETS, TRAININGS, TRAINED = (
    mark("Other reach"),
    mark("Sheets"),
    mark("Trainings"),
    mark("Trained persons"),
)
HEADINGS: dict[str, tuple[str, str]] = {
    "lieu": ("", mark("Place")),
    "code": ("", mark("Code")),
    "activity": ("", mark("Activity")),
    "review": ("", mark("Review state")),
    "prevues": (SESSIONS, mark("Planned")),
    "tenues": (SESSIONS, mark("Held")),
    "reportees": (SESSIONS, mark("Postponed")),
    "annulees": (SESSIONS, mark("Cancelled")),
    "non_tenues": (SESSIONS, mark("Not held")),
    "h": (PARTICIPATIONS, mark("Men")),
    "f": (PARTICIPATIONS, mark("Women")),
    "g": (PARTICIPATIONS, mark("Boys")),
    "fi": (PARTICIPATIONS, mark("Girls")),
    "autres": (PARTICIPATIONS, mark("Others")),
    "total": (PARTICIPATIONS, mark("Total")),
    "nv_h": (NEW, mark("Men")),
    "nv_f": (NEW, mark("Women")),
    "nv_g": (NEW, mark("Boys")),
    "nv_fi": (NEW, mark("Girls")),
    "nv_autres": (NEW, mark("Others")),
    "nv_total": (NEW, mark("Total")),
    "nv_fiches": (NEW, mark("Sheets that tell")),
    "dont_handicap": (OF_WHOM, mark("Disability")),
    "dont_aides": (OF_WHOM, mark("Domestic workers")),
    "dont_desco": (OF_WHOM, mark("Out of school")),
    "indirect": (BEYOND, mark("Indirect")),
    "media": (BEYOND, mark("Media")),
    "orientations": ("", mark("Referrals")),
    "organisations": ("", mark("Organisations")),
    "recues": (SHEETS, mark("Received")),
    "validees": (SHEETS, mark("Approved")),
    "a_corriger": (SHEETS, mark("To correct")),
    "rejetees": (SHEETS, mark("Rejected")),
    "retenues": (SHEETS, mark("Held back")),
    "signalements": (SHEETS, mark("Open flags")),
    "mariages": ("", mark("Child marriages prevented")),
    "mgf": ("", mark("Excisions prevented")),
    "mediations": ("", mark("Mediations")),
    "levirats": ("", mark("Levirates prevented")),
    "retours_ecole": ("", mark("Returns to school")),
    "mois": ("", mark("Month")),
    "mesure": ("", mark("Counted")),
}
OF_BLOCK: dict[str, dict[str, tuple[str, str]]] = {
    "states": {"recues": (SHEETS, mark("Counted sheets"))},
    "trainings": {
        key: (group, HEADINGS[key][1])
        for group, keys in (
            (TRAININGS, ("prevues", "tenues", "reportees", "annulees", "non_tenues")),
            (TRAINED, ("h", "f", "g", "fi", "autres", "total")),
        )
        for key in keys
    },
    "missing": {
        "animateur": ("", mark("Animator")),
        "attendues": ("", mark("Expected")),
        "recues": ("", mark("Received")),
        "manquantes": ("", mark("Missing")),
        "ou": ("", mark("What is missing")),
        "en_retard": ("", mark("Late")),
        "silence": ("", mark("Days since last synchronisation")),
    },
    "checks": {
        "jour": ("", mark("Date")),
        "lieu": ("", mark("Place")),
        "animateur": ("", mark("Animator")),
        "constat": ("", mark("What was found")),
        "decision": ("", mark("Decision")),
        "motif": ("", mark("Reason")),
        "par": ("", mark("By")),
        "quand": ("", mark("When")),
    },
    "adjustments": {"recues": ("", mark("Sheets"))},
}
"""Where a column is called otherwise than elsewhere."""
COUNTED = {"participants": mark("Sessions"), "trainees": mark("Trainings"), "changes": mark("Changes")}
"""What a row of the adjustments tells of, where it is not only people of a measure."""
STATES = {
    "draft": mark("draft"),
    "submitted": mark("submitted"),
    "validated": mark("validated"),
}
REVIEWS = {
    "received": mark("received"),
    "edited": mark("edited"),
    "has_issues": mark("to be corrected"),
    "approved": mark("approved"),
}
DECISIONS = {
    "": mark("open"),
    "accepted": mark("accepted"),
    "correction": mark("correction asked"),
    "rejected": mark("rejected"),
}
ACTIONS = {
    "submit": mark("submitted"),
    "take_back": mark("taken back"),
    "validate": mark("validated"),
    "reopen": mark("reopened"),
}
DONE = {
    "submit": mark("The month is submitted: the project officer looks at it and validates it."),
    "take_back": mark("The month is taken back: it is a draft again."),
    "validate": mark("The month is validated: from now on its numbers stand still."),
    "reopen": mark("The month is open again: its coordinator corrects it and submits it once more."),
}
"""What a page says after a step was taken."""
TOTAL, SUBTOTAL, VERIFIED = mark("Total"), mark("Total {name}"), mark("Of which approved")
NOT_TOLD = mark("not told")
