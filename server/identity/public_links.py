"""Keeps public links: an address of their own with which somebody fills the sheet of one form in a browser.

Their token is told once and kept as its digest, as a phone's is. A link for one sheet alone is closed by that sheet;
the same sheet may be sent again, because a browser that lost the answer does so.
"""

from dataclasses import dataclass
from datetime import datetime

from forms.base.moment import written
from forms.base.refusal import Refusal
from forms.base.sqlite import Database, new_key
from forms.catalogue.form import Form
from server.identity import assignments
from server.identity.password import hash_token, new_token

KIND = "public_link"
ROLE = "pub-link"


class PublicLinkUnknown(Refusal):
    """There is no such link, or it was withdrawn."""


class PublicLinkUsed(Refusal):
    """The link was for one sheet, and that sheet has come."""


@dataclass(frozen=True, slots=True)
class PublicLinkRow:
    """A link as the list of its project shows it."""

    id: int
    project_id: int
    form_id: int
    """Key of the form's row."""
    xml_form_id: str
    display_name: str
    cso: str
    language: str
    token_hint: str
    """The first signs of its token; "" once it was withdrawn."""
    is_once: bool
    """Whether it takes one sheet and no more."""
    used_at: str | None
    """When the one sheet came."""
    created_at: str
    updated_at: str | None
    creator_id: int | None
    sheets: int
    last_used_at: str | None
    keeps_address: bool
    """Whether the address that was given out can be made to work again."""

    @property
    def is_revoked(self) -> bool:
        """Whether its token is dead."""
        return not self.token_hint

    @property
    def is_open(self) -> bool:
        """Whether it takes a new sheet."""
        return not self.is_revoked and not (self.is_once and self.used_at)


_LINK = """
    SELECT a.id, a.project_id, l.form_id, f.xml_form_id, a.display_name, a.cso, a.language,
           CASE WHEN a.revoked_at IS NULL THEN a.token_hint ELSE '' END,
           l.once, l.used_at, a.created_at, a.updated_at, a.creator_id,
           (SELECT COUNT(*) FROM submission AS s WHERE s.submitter_id = a.id AND s.deleted_at IS NULL),
           (SELECT MAX(s.created_at) FROM submission AS s WHERE s.submitter_id = a.id),
           a.token_sha256 IS NOT NULL
    FROM public_link AS l JOIN account AS a ON a.id = l.account_id JOIN form AS f ON f.id = l.form_id
    WHERE a.deleted_at IS NULL
"""


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link that is to be handed out."""

    display_name: str
    cso: str
    language: str
    is_once: bool
    """Whether it takes one sheet and no more."""
    token: str = ""
    """Its token, where that is made beforehand (`server.identity.form_token`); "" for one at random."""


def add_link(
    db: Database, form: Form, link: NewLink, *, creator_id: int | None, now: datetime
) -> tuple[int, str]:
    """A new link to a form; gives its id and its token, which is told once."""
    token = link.token or new_token()
    cursor = db.execute(
        """
        INSERT INTO account (kind, display_name, role, project_id, language, cso, creator_id, token_sha256,
            token_hint, created_at)
        VALUES (:kind, :display_name, '', :project_id, :language, :cso, :creator_id, :token_sha256, :hint, :now)
        """,
        {
            "kind": KIND,
            "display_name": link.display_name,
            "project_id": form.project_id,
            "language": link.language,
            "cso": link.cso,
            "creator_id": creator_id,
            "token_sha256": hash_token(token),
            "hint": f"{token[:4]}…",
            "now": written(now),
        },
    )
    account_id = new_key(cursor)
    db.execute(
        "INSERT INTO public_link (account_id, form_id, once) VALUES (:account_id, :form_id, :once)",
        {"account_id": account_id, "form_id": form.id, "once": link.is_once},
    )
    assignments.assign(db, account_id, ROLE, project_id=form.project_id, form_id=form.id)
    return account_id, token


def links(db: Database, project_id: int, *, form_id: int | None = None) -> list[PublicLinkRow]:
    """The links of a project, or of one of its forms: those in service first, then newest first."""
    rows = db.execute(
        f"""
        {_LINK} AND a.project_id = :project_id AND (:form_id IS NULL OR l.form_id = :form_id)
        ORDER BY a.revoked_at IS NOT NULL, a.id DESC
        """,
        {"project_id": project_id, "form_id": form_id},
    )
    return [_link(row) for row in rows]


def find_link(db: Database, link_id: int) -> PublicLinkRow:
    """The link with this id, in service or not. Raises PublicLinkUnknown."""
    row = db.execute(f"{_LINK} AND a.id = :id", {"id": link_id}).fetchone()
    if row is None:
        raise PublicLinkUnknown
    return _link(row)


def revoke_link(db: Database, link_id: int, *, now: datetime) -> None:
    """Withdraw a link; it takes effect with its next request. Raises PublicLinkUnknown.

    The digest of its token is kept, so that a mistake can be taken back (`restore_link`).
    """
    _end(db, link_id, "revoked_at = :now, updated_at = :now", now=now)


def restore_link(db: Database, link_id: int, *, now: datetime) -> None:
    """Let a link work again by the address that was given out. Raises PublicLinkUnknown, also where that is gone."""
    if not find_link(db, link_id).keeps_address:
        raise PublicLinkUnknown
    _end(db, link_id, "revoked_at = NULL, updated_at = :now", now=now, with_revoked=True)


def delete_link(db: Database, link_id: int, *, now: datetime) -> None:
    """Withdraw a link and leave it out of lists; what came through it stays. Raises PublicLinkUnknown."""
    ended = "revoked_at = COALESCE(revoked_at, :now), token_sha256 = NULL, deleted_at = :now"
    _end(db, link_id, ended, now=now, with_revoked=True)


def admit_sheet(db: Database, link_id: int, *, is_known: bool, is_edit: bool) -> None:
    """Look whether a link may bring this sheet, in the transaction that takes it.

    Raises PublicLinkUsed for a second sheet through a link for one, and PublicLinkUnknown for a correction: whoever
    has a link sees no sheet that came, and replaces none.
    """
    link = find_link(db, link_id)
    if is_edit:
        raise PublicLinkUnknown
    if not link.is_open and not is_known:
        raise PublicLinkUsed


def note_sheet(db: Database, link_id: int, *, now: datetime) -> None:
    """A sheet came through a link: one for a single sheet is closed by it."""
    db.execute(
        "UPDATE public_link SET used_at = COALESCE(used_at, :now) WHERE account_id = :id",
        {"now": written(now), "id": link_id},
    )


def _end(db: Database, link_id: int, ended: str, *, now: datetime, with_revoked: bool = False) -> None:
    cursor = db.execute(
        f"""
        UPDATE account SET {ended}
        WHERE id = :id AND kind = :kind AND deleted_at IS NULL AND (:any OR revoked_at IS NULL)
        """,
        {"now": written(now), "id": link_id, "kind": KIND, "any": with_revoked},
    )
    if not cursor.rowcount:
        raise PublicLinkUnknown


def _link(row: tuple[object, ...]) -> PublicLinkRow:
    values = list(row)
    values[8], values[-1] = bool(row[8]), bool(row[-1])
    return PublicLinkRow(*values)  # type: ignore[arg-type]
