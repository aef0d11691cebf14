"""One line of JSON for each request and each event. Identifiers yes; tokens and answers never."""

import json
import logging
import re
import sys
import time

TOKEN = re.compile(
    r"/(?P<kind>key|test|sessions|invitation|uploads)/[^/\s\"?]+|(?P<link>/f)/[\w-]{32,}|[?&]st=[^&\s\"]+"
)
ANYWHERE = re.compile(r"(?<![\w-])[\w-]{64}(?![\w-])|(?<=%2[Ff])[\w-]{64}(?![\w-])")
"""A token where its address was mistyped: 64 signs of base64url, wherever they stand."""

log = logging.getLogger("fiche.request")


class JsonLines(logging.Formatter):
    """A record as one line of JSON, with the token of a phone's address masked wherever it stands."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{record.msecs:03.0f}Z",
            "level": record.levelname.lower(),
            "from": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            told["trace"] = self.formatException(record.exc_info)
        return masked(_ENCODER.encode(told))


_ENCODER = json.JSONEncoder(ensure_ascii=False)


def masked(text: str) -> str:
    """The text without the tokens of phones, links, invitations and files that wait."""
    known = TOKEN.sub(lambda found: f"/{found['kind'] or ('f' if found['link'] else 'st')}/…", text)
    return ANYWHERE.sub("…", known)


def start_logging(level: int = logging.INFO) -> None:
    """Send every log line to standard error."""
    logging.logThreads = logging.logMultiprocessing = logging.logProcesses = False
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)


def log_request(method: str, path: str, *, status: int, milliseconds: float, request_id: str) -> None:
    """One line a request, where somebody listens."""
    if log.isEnabledFor(logging.INFO):
        log.info("%s %s status=%d ms=%.1f id=%s", method, path, status, milliseconds, request_id)
