"""A club's sheet with groups, nested repeats, places and choices, and a few of its sheets, for exports and feeds."""

from datetime import datetime, timedelta

from forms.base.blobs import Blob
from forms.catalogue.definitions import find_form
from forms.catalogue.form import Form
from forms.places.cso_code import CsoCode
from sync.instance.envelope import Envelope, Part
from sync.intake.receive import receive
from sync.lists.selection import Selection
from tests.sheet_writer import instance_xml
from tests.station import BEGINNING, Station

CLUB = """
| survey   |                        |           |           |
|          | type                   | name      | label     |
|          | begin group            | lieu      | Lieu      |
|          | text                   | village   | Village   |
|          | geopoint               | gps       | GPS       |
|          | end group              |           |           |
|          | select_multiple themes | themes    | Thèmes    |
|          | {presents}             | presents  | Présents  |
|          | decimal                | duree     | Durée     |
|          | image                  | photo     | Photo     |
|          | begin repeat           | membre    | Membre    |
|          | text                   | nom       | Nom       |
|          | integer                | age       | Âge       |
|          | begin repeat           | enfant    | Enfant    |
|          | text                   | prenom    | Prénom    |
|          | end repeat             |           |           |
|          | end repeat             |           |           |
{more}
| choices  |                        |           |           |
|          | list_name              | name      | label     |
|          | themes                 | vbg       | VBG       |
|          | themes                 | mgf       | MGF       |
|          | themes                 | mariage   | Mariage   |
| settings |                        |           |           |
|          | form_id                | version   |           |
|          | club                   | {version} |           |
"""


def club(version: str = "1", *, more: str = "", presents: str = "integer") -> str:
    """The sheet in a version, with further rows of the survey."""
    return CLUB.format(version=version, more=more, presents=presents)


def send(
    station: Station,
    number: int,
    answers: dict[str, object],
    *,
    version: str = "1",
    cso: str = "",
    **more: str,
) -> None:
    """A sheet, the `number`th: later ones are newer."""
    xml = instance_xml("club", version, answers, instance_id=f"uuid:{number}", **more)
    parts = tuple(
        Part(str(name), Blob(str(name)[0] * 64, "m", 7), "image/jpeg")
        for path, name in answers.items()
        if path == "/photo" and name
    )
    at: datetime = BEGINNING + timedelta(minutes=number)
    with station.storage.writing() as db:
        receive(db, 1, Envelope(xml, parts, "collect:x", "Collect", 7, CsoCode(cso)), now=at)


def form_of(station: Station) -> Form:
    """The club's form as it is now."""
    with station.storage.reading() as db:
        form = find_form(db, 1, "club")
    assert form is not None
    return form


def everything(station: Station) -> Selection:
    """All its sheets."""
    return Selection(form_of(station).id)
