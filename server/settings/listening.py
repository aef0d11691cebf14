"""The section [server] of the configuration: where the server listens, and whether in the open or by https."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """How the server listens."""

    bind: str = "0.0.0.0:8383"
    workers: int = 2
    threads: int = 16
    public_url: str = ""
    certificate: str = ""
    """File of the certificate with those that vouch for it (PEM), relative to the configuration; "" for plain http."""
    key: str = ""
    """File of its private key (PEM)."""

    @property
    def host(self) -> str:
        """The address it listens on."""
        return self.bind.rpartition(":")[0]

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self.bind.rpartition(":")[2])

    @property
    def scheme(self) -> str:
        """ "https" where it has a certificate of its own."""
        return "https" if self.certificate else "http"

    def tls_files(self, folder: Path) -> tuple[Path, Path] | None:
        """Where certificate and key are, for a configuration in a folder; None for plain http."""
        return (folder / self.certificate, folder / self.key) if self.certificate else None


def _address(text: str) -> None:
    found = re.fullmatch(r"(?:\[[0-9a-fA-F:]+\]|[^:\s]+):(\d{1,5})", text)
    if found is None or not 0 < int(found[1]) < 65_536:
        raise ValidationError("0.0.0.0:8383, 127.0.0.1:8383, [::]:8383 …")


def _several(most: int) -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(1, most, error=f"1–{most}"))


class ServerSection(Schema):
    """[server]."""

    class Meta:
        """Every key is known, or refused."""

        unknown = RAISE

    bind = fields.String(validate=_address)
    workers = _several(64)
    threads = _several(256)
    public_url = fields.String(
        validate=validate.Regexp(r"^$|^https?://[^\s/]+(/[^\s]*[^\s/])?$", error='"" or https://host')
    )
    certificate = fields.String()
    key = fields.String()

    @validates_schema
    def _both(self, loaded: dict[str, Any], **_: Any) -> None:
        for name, other in (("certificate", "key"), ("key", "certificate")):
            if loaded.get(name) and not loaded.get(other):
                raise ValidationError('"certificate.pem", "key.pem"', other)
