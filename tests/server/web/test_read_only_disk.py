"""The disk takes nothing any more, as the kernel makes it where it finds a fault: phones and people are told, and keep
what they have; all that was there is read, and where people look it is said.
"""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import requests

from tests.fiche_process import Fiche
from tests.phone import Phone
from tests.sheet_writer import instance_xml

ON_A_DISK = 'mount -o loop "$0" "$1" && cp -a "$2/." "$1" && shift 2 && exec "$@"'
FAULT = ("mount", "-o", "remount,abort")
"""What ext4 does itself after an error of the disk."""
PICTURE = b"\xff\xd8" + b"picture" * 5000


@dataclass
class Broken:
    """A server, a phone that has sent a sheet to it, and its disk, which has a fault."""

    fiche: Fiche
    phone: Phone
    version: str

    def send(self, name: str, **files: bytes) -> requests.Response:
        """A sheet, as Collect sends it; the answer as it came."""
        answers = {"/seance/statut_seance": "oui"} | ({"/suites/photo": "p.jpg"} if files else {})
        xml = instance_xml("seance_sensibilisation", self.version, answers, instance_id=f"uuid:{name}")
        parts = {"xml_submission_file": ("x.xml", xml, "text/xml")}
        parts |= {f"{key}.jpg": (f"{key}.jpg", content, "image/jpeg") for key, content in files.items()}
        headers = {"X-OpenRosa-Version": "1.0", "Accept-Language": "fr"}
        return requests.post(f"{self.phone.server_url}/submission", files=parts, headers=headers, timeout=60)


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broken]:
    folder = tmp_path_factory.mktemp("broken")
    image, disk = folder / "disk.img", folder / "disk"
    disk.mkdir()
    with image.open("wb") as file:
        file.truncate(300_000_000)
    fiche = Fiche(folder / "fiche")
    fiche.init()
    address = fiche.phone_address()
    try:
        subprocess.run(["mkfs.ext4", "-q", str(image)], check=True)
        tried = ["unshare", "--mount", "mount", "-o", "loop", str(image), str(disk)]
        subprocess.run(tried, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this machine lets nobody mount a disk of their own")
    fiche.settings = f'data_directory = "{disk}"'
    fiche.configure()
    fiche.within = (
        "unshare",
        "--mount",
        "sh",
        "-c",
        ON_A_DISK,
        str(image),
        str(disk),
        str(fiche.folder / "data"),
    )
    fiche.start()
    try:
        phone = Phone(address, folder)
        version = {form["formID"]: form["version"] for form in phone.form_list()}["seance_sensibilisation"]
        made = Broken(fiche, phone, version)
        assert made.send("before", p=PICTURE).status_code == 201
        assert fiche.process
        enter = ("nsenter", f"--target={fiche.process.pid}", "--mount")
        subprocess.run([*enter, *FAULT, str(disk)], check=True)
        yield made
    finally:
        fiche.kill()


@pytest.mark.parametrize("files", [{}, {"p": PICTURE + b"another"}], ids=["bare", "with a picture"])
def test_a_phone_is_told_to_keep_its_sheet(broken: Broken, files: dict[str, bytes]) -> None:
    answer = broken.send("after", **files)
    assert answer.status_code == 503
    assert "ne prend rien pour le moment" in answer.text
    assert "reste sur votre téléphone" in answer.text
    assert answer.headers["Content-Type"].startswith("text/xml")


def test_forms_are_still_listed_and_fetched(broken: Broken) -> None:
    assert len(broken.phone.form_list()) > 1


def test_people_are_told_that_nothing_was_kept(broken: Broken) -> None:
    form = {"email": "admin@fiche.local", "password": "un autre"}
    signing_in = requests.post(
        f"{broken.fiche.address}/sign-in", data=form, headers={"Accept-Language": "fr"}, timeout=30
    )
    assert signing_in.status_code == 503
    assert "rien de ce que vous venez de faire" in signing_in.text
    assert requests.get(f"{broken.fiche.address}/", timeout=30).status_code == 200


def test_whoever_watches_is_told(broken: Broken) -> None:
    answer = requests.get(f"{broken.fiche.address}/health", timeout=30)
    assert answer.status_code == 503
    assert "writable" in answer.json()["amiss"]
