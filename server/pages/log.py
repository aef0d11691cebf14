"""The page of the audit log: who did what, newest first, by group, a page at a time."""

from flask import request

from server.accounts import names_of
from server.pages.page import show
from server.route import Asking, Resource
from sync import audits

resource = Resource("log", "/audit")
LINES = 50


@resource.get("", may="audit.read")
def log(asking: Asking) -> str:
    """The log."""
    action = request.args.get("action", "")
    before = request.args.get("page", "1")
    page = min(int(before), 100_000) if before.isascii() and before.isdigit() and len(before) < 7 else 1
    group = action if action in audits.GROUPS else ""
    lines = audits.lines(asking.db, action=group, limit=LINES + 1, offset=(max(page, 1) - 1) * LINES)
    return show(
        "log.html",
        asking,
        lines=lines[:LINES],
        has_more=len(lines) > LINES,
        page=max(page, 1),
        action=group,
        groups=list(audits.GROUPS),
        names=names_of(asking.db),
    )
