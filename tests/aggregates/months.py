"""A CSO's month for the tests of the compilation sheet: a form, places, sheets that arrive and are decided on."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from typing import Any

from aggregates.compilation import signatures
from aggregates.compilation.compile import Known, MonthAsked, compile_month
from aggregates.compilation.sign import Wish, sign
from aggregates.compilation.signatures import Signer
from aggregates.compilation.snapshot import CompiledMonth
from aggregates.plan import plans
from aggregates.plan.expect import expected
from aggregates.plan.expectation import Animator, ExpectationLimits, Field
from aggregates.plan.planned import Planned
from aggregates.tallies.roll_up import roll_up
from forms.base.month import Month
from forms.places.cso_code import CsoCode
from forms.places.csos import create_cso, find_cso
from forms.places.place import Place, locate_all
from forms.places.places import replace_places
from forms.places.projects import Project, find_project
from sync.instance.envelope import Envelope
from sync.intake import submissions
from sync.intake.receive import receive
from tests.sheet_writer import instance_xml
from tests.station import BEGINNING, Station

MARCH = datetime(2020, 3, 31, 18, 0, tzinfo=UTC)
APRIL = datetime(2020, 4, 20, 9, 0, tzinfo=UTC)
PLACES = (
    Place("R", "region", "Koulikoro", "ML"),
    Place("C", "cercle", "Kolokani", "R"),
    Place("NON", "commune", "Nonkon", "C"),
    Place("NON1", "village", "village test 1", "NON"),
    Place("NON2", "village", "village test 2", "NON"),
    Place("GUI", "commune", "Guihoyo", "C"),
    Place("GUI1", "village", "Sirado", "GUI"),
)
SEANCE = """
| survey |
| | type | name | label | bind::fiche:dimension | bind::fiche:held | bind::fiche:count | bind::fiche:sex | bind::fiche:age | bind::fiche:unit | bind::fiche:reach | bind::fiche:subset | bind::fiche:event | calculation | bind::fiche:each |
| | text | osc | OSC | cso | | | | | | | | | |
| | text | village | Village | place | | | | | | | | | |
| | text | statut | Tenue | status | oui | | | | | | | | |
| | date | jour | Date | date | | | | | | | | | |
| | text | type | Type | activity | | | | | | | | | |
| | integer | h | Hommes | | | participants | M | 18+ | | | | | |
| | integer | f | Femmes | | | participants | F | 18+ | | | | | |
| | integer | g | Garçons | | | participants | M | 5-17 | | | | | |
| | integer | fi | Filles | | | participants | F | 5-17 | | | | | |
| | integer | nv_f | Nouvelles | | | participants | F | 18+ | first_time | | | | |
| | integer | handicap | Handicap | | | participants | F | | | | disability | | |
| | integer | indirect | Indirect | | | participants | | | | indirect | | | |
| | integer | media | Média | | | participants | | | | media | | | |
| | integer | orientations | Orientations | | | orientations_declared | | | | | | | |
| | integer | mariages | Mariages | | | child_marriages_prevented | | | | | | | |
| | integer | mediations | Médiations | | | mediations | | | | | | | |
| | calculate | seance | | | | | | | | | | sessions | 1 |
| | begin repeat | personne | Personne | | | | | | | | | | | participants |
| | integer | age | Âge | age | | | | | | | | | |
| | text | sexe | Sexe | sex | | | | | | | | | |
| | end repeat | | | | | | | | | | | | |
| settings |
| | form_id | version | namespaces |
| | seance  | 1       | fiche="https://fiche.ong/xforms" |
"""  # noqa: E501  a table has long lines
FORMATION = """
| survey |
| | type | name | label | bind::fiche:dimension | bind::fiche:count | bind::fiche:sex | bind::fiche:age | bind::fiche:event | calculation |
| | text | osc | OSC | cso | | | | | |
| | text | village | Village | place | | | | | |
| | date | jour | Date | date | | | | | |
| | calculate | formation | | | | | | trainings | 1 |
| | begin repeat | rang | Rang | | | | | | |
| | text | categorie | Catégorie | category | | | | | |
| | integer | n_h | Hommes | | trainees | M | 18+ | | |
| | integer | n_f | Femmes | | trainees | F | 18+ | | |
| | end repeat | | | | | | | | |
| settings |
| | form_id | version | namespaces |
| | formation | 1     | fiche="https://fiche.ong/xforms" |
"""  # noqa: E501


@dataclass
class Months:
    """A project with one form, and a CSO whose months are compiled."""

    station: Station
    cso: str = "TAGNE"
    sent: int = 0
    version: str = "1"
    """Of the form of sessions that phones have."""
    ids: dict[str, int] = field(default_factory=dict)
    zone: tzinfo = UTC

    def __post_init__(self) -> None:
        self.station.publish(SEANCE)
        with self.station.storage.writing() as db:
            replace_places(db, locate_all(PLACES)[0])
            create_cso(db, self.cso, "Association Tagné", projects=[1], now=BEGINNING)

    @property
    def project(self) -> Project:
        """The project."""
        with self.station.storage.reading() as db:
            found = find_project(db, 1)
        assert found
        return found

    def send(
        self,
        *,
        at: datetime = MARCH,
        form: str = "seance",
        edits: str = "",
        cso: str = "tagne",
        owner: str = "",
        **answers: Any,
    ) -> int:
        """A sheet that names a CSO arrives from a phone of `owner`, or a new version of one; gives its id."""
        self.sent += 1
        name = f"uuid:{self.sent}"
        given = {
            "village": "NON1",
            "statut": "oui",
            "jour": "2020-03-08",
            "type": "causerie",
            "seance": 1,
        } | answers
        if form == "formation":
            given = {"village": "NON1", "jour": "2020-03-08", "formation": 1} | answers
        told = {"osc": cso, **{key: value for key, value in given.items() if value is not None}}
        version = self.version if form == "seance" else "1"
        xml = instance_xml(form, version, told, instance_id=name, deprecated_id=edits)
        with self.station.storage.writing() as db:
            return receive(db, 1, Envelope(xml, cso=CsoCode(owner)), now=at).submission_id

    def review(self, submission_id: int, state: str | None, *, at: datetime = MARCH) -> None:
        """Somebody decides."""
        with self.station.storage.writing() as db:
            submissions.set_review_state(db, submission_id, state, now=at, actor_id=None)

    def plan(self, *planned: Planned) -> None:
        """What was planned."""
        with self.station.storage.writing() as db:
            plans.add_import(db, 1, planned, file_name="plan.csv", actor_id=None, now=BEGINNING)

    def night(self) -> None:
        """A roll-up."""
        storage = self.station.storage
        roll_up(storage.writing, storage.reading, full=False, now=lambda: MARCH)

    def month(self, month: str = "2020-03", *, animators: tuple[Animator, ...] = ()) -> CompiledMonth:
        """The month as it is compiled after a roll-up."""
        self.night()
        with self.station.storage.reading() as db:
            expectation = expected(
                db,
                1,
                Field(CsoCode(self.cso), animators),
                Month.parse(month),
                today=date(2020, 4, 10),
                limits=ExpectationLimits(),
            )
            asked = MonthAsked(self.project, find_cso(db, self.cso), month)
            return compile_month(db, asked, Known(expectation, animators, {}, self.zone))

    def take(self, action: str, month: str = "2020-03", *, remark: str = "", at: datetime = APRIL) -> str:
        """A step is taken with a month; gives the state."""
        compiled = self.month(month)
        with self.station.storage.writing() as db:
            seen = len(signatures.steps_of(db, 1, cso=CsoCode(self.cso), month=month))
            return sign(
                db, 1, month=compiled, wish=Wish(action, seen, compiled.seen, remark, accepts_undecided=True),
                signer=Signer(1, "Awa", "coordinator"), now=at,
            )  # fmt: skip
