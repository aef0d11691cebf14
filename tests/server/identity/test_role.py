"""The table of what each role reads, in docs/security.md, is that of the code."""

from pathlib import Path

from server.identity.role import ROLES, Role

PAGE = Path(__file__).parents[3] / "docs" / "security.md"


def reading(role: Role, prefix: str = "") -> str:
    """What a role does with sheets, in a word or two."""
    has = {verb for verb in ("read", "update", "create") if f"{prefix}submission.{verb}" in role.verbs}
    if "read" in has:
        return "read, decide" if "update" in has else "read"
    return "send" if "create" in has else "–"


def line(role: Role) -> str:
    """A role's line of the table."""
    reads = {reading(role), reading(role, "confidential.")} & {"read", "read, decide"}
    reach = ("own CSO" if role.is_of_cso else "every CSO") if reads else "–"
    counts = "own CSO" if "referral_tally.read" in role.verbs else "suppressed"
    cells = (
        f"`{role.system}`",
        reach,
        reading(role),
        "read" if "narrative.read" in role.verbs else "–",
        reading(role, "confidential."),
        counts if "tally.read" in role.verbs else "–",
        "yes" if {"user.update", "audit.read"} <= role.verbs else "–",
    )
    return f"| {' | '.join(cells)} |"


def test_the_page_tells_of_each_role_what_it_reads() -> None:
    written = PAGE.read_text("utf-8")
    missing = [line(role) for role in ROLES if line(role) not in written]
    assert missing == []
