"""A phone with ODK Collect, as far as a server can tell: its requests, its checks, its split uploads.

Written after Collect's own source (`OR-…` are the numbers used across these tests): header and query on
every request, the list refused whole for one bad entry, hashes compared, HEAD before POST, multipart
in several POSTs when the announced limit would be passed, success for 201 and 202 alone.
"""

import hashlib
import shutil
import socket
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import requests

LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"
DEFAULT_LIMIT = 10_000_000


class Refused(Exception):
    """The server did not take it; the text is what the animator reads."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status}: {message}")
        self.status = status
        self.message = message


@dataclass
class BlankForm:
    """A form on the phone, with its media in a folder."""

    form_id: str
    version: str
    name: str
    path: Path
    media: Path


@dataclass
class Phone:
    """One device, configured by the server address from its settings code."""

    server_url: str
    storage: Path
    device_id: str = field(default_factory=lambda: f"collect:{uuid.uuid4().hex[:16]}")

    fetched: list[str] = field(default_factory=list)
    """Names of the media files that were fetched, in turn."""

    def __post_init__(self) -> None:
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers.update(
            {
                "X-OpenRosa-Version": "1.0",
                "Date": "Sun, 08 Mar 2020 03:05:00 GMT",  # OR-02: the hour is wrong after noon
                "User-Agent": "org.odk.collect.android/v2026.3.3 Dalvik/2.1.0",
            }
        )
        del self.session.headers["Accept-Encoding"]
        self.session.headers["Accept-Encoding"] = "gzip"

    def get(self, url: str) -> requests.Response:
        """GET as Collect does: the device id goes on every address."""
        return self.session.get(url, params={"deviceID": self.device_id}, timeout=60, allow_redirects=False)

    def _openrosa(self, url: str) -> ElementTree.Element:
        answer = self.get(url)
        if answer.status_code != 200:
            raise Refused(answer.status_code, message_of(answer.content))
        assert "text/xml" in answer.headers["Content-Type"]  # OR-15
        assert answer.headers["X-OpenRosa-Version"]  # OR-16
        return ElementTree.fromstring(answer.content)

    def form_list(self) -> list[dict[str, str]]:
        """The forms offered. One incomplete entry makes Collect refuse the whole list (OR-10)."""
        root = self._openrosa(f"{self.server_url.rstrip('/')}/formList")
        assert root.tag == f"{LIST}xforms"
        forms = [{element.tag.removeprefix(LIST): element.text or "" for element in xform} for xform in root]
        for form in forms:
            assert form["formID"] and form["name"] and form["downloadUrl"]
            assert form["hash"].startswith("md5:")  # OR-12
        return forms

    def download(self) -> dict[str, BlankForm]:
        """Fetch every form with its media; by form id."""
        return {form["formID"]: self._download(form) for form in self.form_list()}

    def update(self) -> dict[str, str]:
        """Check as "match exactly" does, every so often: fetch what is new, drop what is offered no more.

        Gives what happened, by form id: "new", "version", "media" or "deleted"; nothing of a form that is up to date.
        """
        listed = {form["formID"]: form for form in self.form_list()}
        happened = {path.name: "deleted" for path in self.storage.iterdir() if path.name not in listed}
        for gone in happened:
            shutil.rmtree(self.storage / gone)
        for form_id, form in listed.items():
            kind = self._what_is_newer(form)
            if kind:
                happened[form_id] = kind
                self._download(form)
        return happened

    def blank(self, form_id: str) -> BlankForm:
        """A form that is on the phone."""
        folder = self.storage / form_id
        return BlankForm(form_id, "", "", folder / "form.xml", folder / "media")

    def _what_is_newer(self, form: dict[str, str]) -> str:
        """As Collect compares: the form by its hash, its files by theirs and not by their names (OR-18, OR-25)."""
        folder = self.storage / form["formID"]
        if not (folder / "form.xml").exists():
            return "new"
        if form["hash"] != _hash((folder / "form.xml").read_bytes()):
            return "version"
        held = {_hash(path.read_bytes()) for path in (folder / "media").iterdir()}
        return "media" if any(file["hash"] not in held for file in self._manifest(form)) else ""

    def _manifest(self, form: dict[str, str]) -> list[dict[str, str]]:
        if not form.get("manifestUrl"):
            return []
        return [
            {child.tag.removeprefix(MANIFEST): child.text or "" for child in entry}
            for entry in self._openrosa(form["manifestUrl"])
        ]

    def _download(self, form: dict[str, str]) -> BlankForm:
        folder = self.storage / form["formID"]
        media = folder / "media"
        media.mkdir(parents=True, exist_ok=True)
        for file in self._manifest(form):
            path = media / file["filename"].rsplit("/", 1)[-1]
            if path.exists() and file["hash"] == _hash(path.read_bytes()):  # OR-26
                continue
            content = self.get(file["downloadUrl"])
            assert content.status_code == 200
            assert file["hash"] == _hash(content.content)
            path.write_bytes(content.content)
            self.fetched.append(path.name)
        answer = self.get(form["downloadUrl"])
        assert answer.status_code == 200  # OR-27c
        assert form["hash"] == _hash(answer.content)  # OR-13
        path = folder / "form.xml"
        path.write_bytes(answer.content)
        return BlankForm(form["formID"], form.get("version", ""), form["name"], path, media)

    def limit(self) -> int:
        """Ask how much one POST may carry (OR-28)."""
        answer = self.session.head(
            f"{self.server_url}/submission",
            params={"deviceID": self.device_id},
            timeout=60,
            allow_redirects=False,
        )
        if answer.status_code == 204:
            return int(answer.headers.get("X-OpenRosa-Accept-Content-Length", DEFAULT_LIMIT))
        if answer.status_code == 401 or 200 <= answer.status_code < 300:
            raise Refused(answer.status_code, "is this an OpenRosa submission endpoint?")
        return DEFAULT_LIMIT  # OR-30: the POST goes ahead

    def send(self, xml: bytes, files: Mapping[str, bytes] | None = None) -> list[str]:
        """Send an instance in as many POSTs as it takes; gives the messages. Raises Refused."""
        limit = self.limit()
        messages = []
        batches = split(len(xml), files or {}, limit)
        for number, batch in enumerate(batches, start=1):
            body, content_type = multipart(xml, batch, is_incomplete=number < len(batches))
            messages.append(self.post(body, content_type))
        return messages

    def post(self, body: bytes, content_type: str) -> str:
        """One POST; success is 201 or 202 alone (OR-38)."""
        answer = self.session.post(
            f"{self.server_url}/submission",
            params={"deviceID": self.device_id},
            data=body,
            headers={"Content-Type": content_type},
            timeout=60,
            allow_redirects=False,
        )
        if answer.status_code not in (201, 202):
            raise Refused(answer.status_code, message_of(answer.content))
        return message_of(answer.content)


def split(xml_size: int, files: Mapping[str, bytes], limit: int) -> list[dict[str, bytes]]:
    """Which files go in which POST (OR-34)."""
    batches: list[dict[str, bytes]] = [{}]
    size = xml_size
    for name, content in files.items():
        if batches[-1] and (size + len(content) > limit or len(batches[-1]) > 100):
            batches.append({})
            size = xml_size
        batches[-1][name] = content
        size += len(content)
    return batches


def multipart(xml: bytes, files: Mapping[str, bytes], *, is_incomplete: bool = False) -> tuple[bytes, str]:
    """The body of a POST as OkHttp writes it: raw UTF-8 names, name = file name (OR-33)."""
    boundary = str(uuid.uuid4())
    parts = [("xml_submission_file", "Fiche de séance_2020-03-08_10-15-30.xml", "text/xml", xml)]
    parts += [(name, name, _media_type(name), content) for name, content in files.items()]
    pieces = [
        (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{file_name}"\r\n'
            f"Content-Type: {media_type}\r\nContent-Length: {len(content)}\r\n\r\n"
        ).encode()
        + content
        + b"\r\n"
        for name, file_name, media_type, content in parts
    ]
    if is_incomplete:
        pieces.append(
            f'--{boundary}\r\nContent-Disposition: form-data; name="*isIncomplete*"\r\n\r\nyes\r\n'.encode()
        )
    return b"".join(pieces) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def cut_off(server_url: str, xml: bytes, files: Mapping[str, bytes], *, share: float) -> None:
    """Send a part of a request, then hang up."""
    body, content_type = multipart(xml, files)
    address = urlsplit(server_url)
    head = (
        f"POST {address.path}/submission HTTP/1.1\r\nHost: {address.netloc}\r\nX-OpenRosa-Version: 1.0\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection((str(address.hostname), int(address.port or 80)), timeout=10) as line:
        line.sendall(head.encode() + body[: int(len(body) * share)])


def message_of(body: bytes) -> str:
    """The text that Collect shows, or "" (OR-41)."""
    if b"OpenRosaResponse" not in body:
        return ""
    for element in ElementTree.fromstring(body).iter():
        if element.tag.rpartition("}")[2] == "message":
            return element.text or ""
    return ""


def _hash(content: bytes) -> str:
    return f"md5:{hashlib.md5(content).hexdigest()}"


def _media_type(name: str) -> str:
    endings = {".jpg": "image/jpeg", ".png": "image/png", ".csv": "text/csv", ".m4a": "audio/mp4"}
    return endings.get(Path(name).suffix, "application/octet-stream")
