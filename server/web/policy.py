"""What a browser may do with an answer: by rule nothing; a page of ours runs the scripts that it was written with.

A script is named by a number that is drawn for this one answer (`nonce`): no address and no host has to be trusted,
whatever name or number this machine is reached under, and nothing that somebody uploaded can be called as a script.
"""

from secrets import token_urlsafe
from urllib.parse import urlsplit

from flask import Response, g, request

from forms.base.refusal import Refusal
from server.web.edge import edge

SANDBOX = "default-src 'none'; sandbox"
"""Of every answer that is no page of ours: whatever it holds, it has no origin, runs nothing and loads nothing."""
PAGE = (
    "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src {scripts}; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Of every page but those that fill a sheet, which set one of their own (`server.browser.engine`)."""
GUARD = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),  # with "no-referrer" our own forms would not say that they are ours
    ("X-Robots-Tag", "noindex, nofollow"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
OWN_FILES = ("/static/", "/web-form/", "/web-form-worker.js")
"""Where our own scripts and styles are: the only addresses that a page may load as such."""
HARMLESS_PURPOSES = frozenset(["", "empty", "document", "image", "audio", "video"])
"""What a browser may want an answer for (`Sec-Fetch-Dest`): to read it, to go there or save it, to show a picture.

Not to run it, to style with it or to put it into a frame.
"""


class SentFromElsewhere(Refusal):
    """A page of another host made the browser send this."""


class NotToBeRun(Refusal):
    """A browser wants to run, style or frame with what is only to be read or saved (`purpose`)."""


def refuse_to_run() -> None:
    """Refuse an answer that a browser would run as a script, a style or within a frame. Raises NotToBeRun.

    Browsers say what they ask for, phones and programs do not.
    """
    purpose = request.headers.get("Sec-Fetch-Dest", "")
    if purpose not in HARMLESS_PURPOSES and not request.path.startswith(OWN_FILES):
        raise NotToBeRun(purpose=purpose)


def refuse_strangers_page() -> None:
    """Refuse what a page of another host makes a browser send, signing in too. Raises SentFromElsewhere.

    Browsers say from where they send: over https and on the machine itself in `Sec-Fetch-Site`, over plain http in
    `Origin`. Phones and programs say neither.
    """
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    site, origin = request.headers.get("Sec-Fetch-Site", ""), request.headers.get("Origin", "")
    is_foreign = site not in ("", "same-origin", "none")
    if not site and origin:
        own = {request.host, urlsplit(edge().settings.server.public_url).netloc}
        own.add(request.headers.get("X-Forwarded-Host", request.host))
        is_foreign = urlsplit(origin).netloc not in own - {""}
    if is_foreign:
        raise SentFromElsewhere


def nonce() -> str:
    """The number by which this answer's own scripts are known."""
    if "nonce" not in g:
        g.nonce = token_urlsafe(16)
    drawn: str = g.nonce
    return drawn


def add_guard(response: Response) -> None:
    """Tell browsers what they may do with an answer, unless its view has told them already."""
    policy = g.get("content_policy", SANDBOX)
    if response.mimetype == "text/html" and "content_policy" not in g:
        policy = PAGE.format(scripts=f"'nonce-{g.nonce}'" if "nonce" in g else "'none'")
    for name, value in (("Content-Security-Policy", policy), *GUARD):
        response.headers.setdefault(name, value)
