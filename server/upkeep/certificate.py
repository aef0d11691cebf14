"""The server's own certificate: read for `fiche serve`, read again when its files change, and how long it is good.

Whoever renews it (certbot, Caddy, an organisation's own authority) writes the files in place; connections from then
on get the new one, and no process is started again.
"""

import logging
import ssl
from datetime import UTC, datetime
from pathlib import Path

from forms.base.refusal import Refusal

log = logging.getLogger(__name__)


class CertificateUnusable(Refusal):
    """Certificate or key cannot be read, or do not belong together (`certificate`, `key`, `reason`)."""


class Certificate:
    """A certificate and its key, as they are in their files."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self.certificate = certificate
        self.key = key
        self._seen: tuple[object, ...] = ()
        self._context: ssl.SSLContext | None = None

    def context(self) -> ssl.SSLContext:
        """What a new connection is encrypted with. Raises CertificateUnusable where it could never be read.

        Where the files were changed to something that cannot be used (a renewal that has written one of two), the
        one from before goes on.
        """
        try:
            seen = tuple(
                (found.st_mtime_ns, found.st_size, found.st_ino)
                for found in (path.stat() for path in (self.certificate, self.key))
            )
            if self._context is not None and seen == self._seen:
                return self._context
            context = self._read()
        except (OSError, ssl.SSLError) as error:
            if self._context is not None:
                return self._context
            raise self._unusable(error) from None
        if self._context is not None:
            log.info("a new certificate is in use, good until %s", last_day(self.certificate))
        self._seen, self._context = seen, context
        return context

    def _read(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2  # telephones with Android 5 and later speak it
        context.load_cert_chain(self.certificate, self.key, password=_no_password)
        return context

    def _unusable(self, error: Exception) -> CertificateUnusable:
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or str(error)
        return CertificateUnusable(certificate=str(self.certificate), key=str(self.key), reason=reason)


def last_day(certificate: Path) -> datetime:
    """Until when the first certificate of a file is good. Raises OSError, or ValueError for what is no certificate."""
    text = certificate.read_text("ascii", "replace")
    begin, end = ssl.PEM_HEADER, ssl.PEM_FOOTER
    if begin not in text or end not in text:
        raise ValueError(str(certificate))
    first = begin + text.partition(begin)[2].partition(end)[0] + end
    return _not_after(ssl.PEM_cert_to_DER_cert(first))


def _not_after(der: bytes) -> datetime:
    """The end of validity in a certificate: RFC 5280, section 4.1."""
    _, inner = _element(der)  # Certificate
    _, rest = _element(inner)  # TBSCertificate
    tag, _value = _element(rest)
    for _ in range(4 if tag == 0xA0 else 3):  # version where it is told, serial number, algorithm, issuer
        rest = _after(rest)
    _, validity = _element(rest)
    tag, value = _element(_after(validity))
    form = "%y%m%d%H%M%SZ" if tag == 0x17 else "%Y%m%d%H%M%SZ"
    return datetime.strptime(value.decode("ascii"), form).replace(tzinfo=UTC)


def _element(der: bytes) -> tuple[int, bytes]:
    """Tag and content of the first element. Raises ValueError where there is none."""
    start, end = _bounds(der)
    return der[0], der[start:end]


def _after(der: bytes) -> bytes:
    """What follows the first element."""
    return der[_bounds(der)[1] :]


def _bounds(der: bytes) -> tuple[int, int]:
    if len(der) < 2:
        raise ValueError("certificate")
    length, start = der[1], 2
    if length & 0x80:
        count = length & 0x7F
        length, start = int.from_bytes(der[2 : 2 + count], "big"), 2 + count
    return start, start + length


def _no_password() -> str:
    """A key with a password cannot be used by a server that starts by itself; nobody is asked for it."""
    raise ssl.SSLError(0, "the key has a password")
