"""The server with a certificate of its own: phones and browsers by https, renewed without a new start."""

import json
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from server.upkeep.certificate import Certificate, CertificateUnusable, last_day
from tests.fiche_process import FICHE, Fiche

OPENSSL = shutil.which("openssl")
pytestmark = pytest.mark.skipif(OPENSSL is None, reason="needs openssl, which makes certificates")


def make_certificate(folder: Path, *, days: int = 90, kind: str = "ec") -> tuple[Path, Path]:
    """A certificate of this machine's own, and its key."""
    assert OPENSSL
    folder.mkdir(parents=True, exist_ok=True)
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    made = ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"] if kind == "ec" else ["rsa:2048"]
    subprocess.run(
        [OPENSSL, "req", "-x509", "-newkey", *made, "-nodes", "-days", str(days), "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    key.chmod(0o600)
    return certificate, key


def listens(fiche: Fiche, **files: str) -> None:
    """Its configuration, with a certificate."""
    named = "".join(f'{name} = "{value}"\n' for name, value in files.items())
    fiche.config.write_text(f'[server]\nbind = "127.0.0.1:{fiche.port}"\n{named}')


@pytest.fixture
def fiche(tmp_path: Path) -> Iterator[Fiche]:
    """An installation with a certificate."""
    fiche = Fiche(tmp_path / "fiche")
    fiche.init()
    make_certificate(fiche.folder / "tls")
    listens(fiche, certificate="tls/certificate.pem", key="tls/key.pem")
    fiche.address = f"https://localhost:{fiche.port}"
    yield fiche
    fiche.kill()


def start(fiche: Fiche) -> Path:
    """Serve, until it answers by https; gives the certificate to trust."""
    trusted = fiche.folder / "tls" / "certificate.pem"
    fiche.process = subprocess.Popen(
        [str(FICHE), "serve", "--config", str(fiche.config)],
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    for _ in range(200):
        try:
            requests.get(f"{fiche.address}/health", verify=str(trusted), timeout=5)
        except requests.ConnectionError:
            assert fiche.process.poll() is None, "it ended"
            time.sleep(0.1)
        else:
            return trusted
    raise AssertionError("it does not answer")


def connection(fiche: Fiche) -> socket.socket:
    """A connection on which nothing was said yet."""
    return socket.create_connection(("127.0.0.1", fiche.port), timeout=20)


def serial(fiche: Fiche) -> bytes:
    """The certificate that a new connection is shown."""
    with connection(fiche) as plain:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with context.wrap_socket(plain) as encrypted:
            return encrypted.getpeercert(binary_form=True) or b""


def test_pages_and_phones_come_by_https_and_a_session_is_kept_for_this_host(fiche: Fiche) -> None:
    first = fiche.json("people", "link", "admin@fiche.local", "--json")["invitation_url"]
    assert first.startswith("https://")
    trusted = start(fiche)
    browser = requests.Session()
    browser.trust_env = False
    browser.verify = str(trusted)
    page = browser.get(f"{fiche.address}/sign-in", timeout=10)
    assert page.status_code == 200 and "chiffrée" not in page.text
    token = first.rpartition("/")[2]
    password = {"new": "Un mot de passe 9", "again": "Un mot de passe 9"}
    browser.post(f"{fiche.address}/invitation/{token}", data=password, timeout=10).raise_for_status()
    assert "__Host-fiche_session" in browser.cookies
    for _ in range(3):  # on one connection, kept alive
        assert browser.get(f"{fiche.address}/account", timeout=10, allow_redirects=False).status_code == 200
    csrf = browser.get(f"{fiche.address}/account", timeout=10).text.partition('name="csrf" value="')[2]
    large = {"csrf": csrf.partition('"')[0], "old": "x" * 300_000, "new": "y", "again": "z"}
    assert browser.post(f"{fiche.address}/account/password", data=large, timeout=10).status_code == 400


def test_a_renewed_certificate_is_shown_without_a_new_start(fiche: Fiche) -> None:
    start(fiche)
    before = serial(fiche)
    other = fiche.folder / "other"
    certificate, key = make_certificate(other)
    shutil.copy(certificate, fiche.folder / "tls" / "certificate.pem")
    assert serial(fiche) == before, "half of a renewal: the one from before goes on"
    shutil.copy(key, fiche.folder / "tls" / "key.pem")
    after = {serial(fiche) for _ in range(8)}
    assert after == {ssl.PEM_cert_to_DER_cert(certificate.read_text())}, "in each process"


def test_who_connects_and_says_nothing_keeps_nobody_waiting(fiche: Fiche) -> None:
    """Neither before hands are shaken nor after it; nor does who speaks plain http."""
    trusted = start(fiche)
    context = ssl.create_default_context(cafile=str(trusted))
    with ExitStack() as held:
        for _ in range(40):
            held.enter_context(connection(fiche))
        for _ in range(40):
            shaken = context.wrap_socket(connection(fiche), server_hostname="localhost")
            held.enter_context(shaken)
            shaken.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\nX-A: ")
        with connection(fiche) as plain:
            plain.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
            with suppress(ConnectionResetError):
                assert plain.recv(100)[:4] != b"HTTP"
        for _ in range(5):
            began = time.monotonic()
            answer = requests.get(f"{fiche.address}/health", verify=str(trusted), timeout=10)
            assert answer.status_code in (200, 503)
            assert time.monotonic() - began < 2


@pytest.mark.parametrize("fault", ["missing", "foreign", "none"])
def test_a_certificate_that_cannot_be_used_is_refused_in_words(fiche: Fiche, fault: str) -> None:
    folder = fiche.folder / "tls"
    if fault == "missing":
        (folder / "key.pem").unlink()
    elif fault == "foreign":
        shutil.copy(make_certificate(fiche.folder / "other", kind="rsa")[1], folder / "key.pem")
    else:
        (folder / "certificate.pem").write_text("no certificate")
    refused = fiche.run("serve", check=False)
    assert refused.returncode == 1
    assert "certificate.pem" in refused.stderr and "Traceback" not in refused.stderr
    told = json.loads(fiche.run("doctor", "--json", check=False).stdout)
    [check] = [check for check in told if check["name"] == "certificate"]
    assert not check["is_well"]


def test_a_certificate_without_its_key_is_no_configuration(fiche: Fiche) -> None:
    listens(fiche, certificate="tls/certificate.pem")
    refused = fiche.run("doctor", check=False)
    assert refused.returncode == 1 and "server.key" in refused.stderr


@pytest.mark.parametrize(("days", "is_well"), [(90, True), (10, False)])
def test_the_doctor_tells_how_long_it_is_good(fiche: Fiche, days: int, is_well: bool) -> None:
    certificate, key = make_certificate(fiche.folder / "tls", days=days)
    told = {check["name"]: check for check in json.loads(fiche.run("doctor", "--json", check=False).stdout)}
    assert told["certificate"]["is_well"] == is_well and told["line"]["is_well"]
    assert told["certificate"]["found"] == f"{last_day(certificate):%Y-%m-%d}"
    assert (last_day(certificate) - datetime.now(UTC)).days in (days - 1, days)
    key.chmod(0o644)
    told = {check["name"]: check for check in json.loads(fiche.run("doctor", "--json", check=False).stdout)}
    assert "key.pem" in told["open_files"]["found"]


def test_a_key_with_a_password_is_refused_and_asks_nobody(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path)
    assert OPENSSL
    subprocess.run(
        [OPENSSL, "ec", "-in", str(key), "-aes256", "-passout", "pass:x", "-out", str(tmp_path / "locked.pem")],
        check=True, capture_output=True,
    )  # fmt: skip
    with pytest.raises(CertificateUnusable):
        Certificate(certificate, tmp_path / "locked.pem").context()
