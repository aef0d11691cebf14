"""The roles: what each may do, and how far it reaches. The one table that access is decided by.

Numbers and verbs are ODK Central's where Central has them (pyodk assigns forms with role 2). Beneficiary data
of a confidential form (referrals) is reached by the verbs that begin with `confidential.` alone.
"""

from dataclasses import dataclass

from server.base.whole_number import whole_number
from server.words.language import mark

SITE = frozenset(
    [
        "config.read",
        "user.list",
        "user.read",
        "user.create",
        "user.update",
        "user.delete",
        "audit.read",
        "project.create",
        "cso.list",
        "cso.read",
        "cso.create",
        "cso.update",
        "cso.delete",
        "place.update",
    ]
)
"""What is asked of the whole server."""
PROJECT_READING = frozenset(
    ["project.read", "form.list", "form.read", "open_form.list", "open_form.read", "tally.read"]
)
SUBMISSION_READING = frozenset(["submission.list", "submission.read"])
SUBMISSION_WRITING = frozenset(
    ["submission.create", "submission.update", "submission.delete", "submission.restore"]
)
REVIEWING = frozenset({"submission.create", "submission.update"})
FORM_WRITING = frozenset(["form.create", "form.update", "form.delete", "form.restore"])
PHONES = frozenset(["field_key.list", "field_key.create", "field_key.delete", "session.end"])
ASSIGNING = frozenset(["assignment.list", "assignment.create", "assignment.delete"])
COMPILING = frozenset(["compilation.read", "plan.read", "plan.update", "reminder.read"])
"""The month of a CSO: its compilation sheet, what was planned, who is late."""
PUBLIC_LINKS = frozenset(["public_link.list", "public_link.create", "public_link.delete"])
DATASETS = frozenset(["dataset.list", "dataset.read", "entity.list", "entity.read"])
MANAGING = frozenset({"project.update"})
NARRATIVES = frozenset({"narrative.read"})
"""What people tell in their own words (domain page § 5.1): whoever checks the sheets reads it, and no programme."""


@dataclass(frozen=True, slots=True)
class Role:
    """One role."""

    id: int
    system: str
    """The word by which programs know it."""
    name: str
    """In English; people read its translation."""
    verbs: frozenset[str]
    is_of_cso: bool = False
    """Whether it reaches the sheets of the person's own CSO alone."""


_PROJECT_OFFICER = (
    PROJECT_READING
    | SUBMISSION_READING
    | SUBMISSION_WRITING
    | FORM_WRITING
    | PHONES
    | ASSIGNING
    | DATASETS
    | MANAGING
    | COMPILING
    | PUBLIC_LINKS
    | {"compilation.validate", "submission.move", "cso.list", "cso.read"}
)

ROLES = (
    Role(1, "admin", mark("Administrator"), SITE | _PROJECT_OFFICER | NARRATIVES | {"project.delete"}),
    Role(
        2,
        "app-user",
        mark("Phone"),
        frozenset({"open_form.list", "open_form.read", "submission.create", "own_code.read"}),
    ),
    Role(5, "manager", mark("Project officer"), _PROJECT_OFFICER),
    Role(
        6,
        "viewer",
        mark("Programme team"),
        PROJECT_READING
        | SUBMISSION_READING
        | DATASETS
        | {"cso.list", "cso.read", "compilation.read", "plan.read"},
    ),
    Role(
        8,
        "formfill",
        mark("Data entry"),
        frozenset({"project.read", "open_form.list", "open_form.read", "submission.create"}),
    ),
    Role(
        9,
        "pub-link",
        mark("Public link"),
        frozenset({"open_form.read", "submission.create"}),
    ),
    Role(
        20,
        "coordinator",
        mark("Coordinator"),
        PROJECT_READING
        | SUBMISSION_READING
        | REVIEWING
        | PHONES
        | COMPILING
        | PUBLIC_LINKS
        | NARRATIVES
        | {"compilation.submit", "cso.list", "cso.read", "referral_tally.read"},
        is_of_cso=True,
    ),
    Role(
        21,
        "case-manager",
        mark("Case manager"),
        PROJECT_READING
        | {"referral_tally.read"}
        | frozenset(f"confidential.{verb}" for verb in SUBMISSION_READING | REVIEWING),
        is_of_cso=True,
    ),
)
BY_ID = {role.id: role for role in ROLES}
BY_SYSTEM = {role.system: role for role in ROLES}
EVERY_VERB = frozenset().union(*(role.verbs for role in ROLES))


def find_role(named: str) -> Role | None:
    """The role of a number or of a system's word, as both are written in addresses.

    >>> find_role("2").system, find_role("viewer").id
    ('app-user', 6)
    """
    number = whole_number(named)
    return BY_SYSTEM.get(named) if number is None else BY_ID.get(number)
