"""One version of a form as an immutable value: its fields in order, languages, choices and tally tags.

Made by `forms.definition.xform.parse_xform` and read by everyone who flattens, counts or shows answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

Labels = Mapping[str, str]
"""A text by the form's own language name ("Français (fr)"); a form without languages uses "".

Where phones put the answer of another question into it, "${/path}" stands (`forms.definition.label`).
"""


@dataclass(frozen=True, slots=True)
class TallyTag:
    """What one question counts, from its `fiche:` bind attributes (see `forms.definition.tally_tag`).

    Exactly one of `dimension`, `count`, `each`, `event`, `total` is filled.
    """

    dimension: str = ""
    """The answer is the record's date, place, cso, activity, sex … (`forms.definition.dimension.TAGS`)."""
    took_place: tuple[str, ...] = ()
    """Beside dimension "status": the answers under which the event took place and is tallied."""
    count: str = ""
    """A head-count cell; the value names the measure."""
    each: str = ""
    """On a repeat: one person per instance; the value names the measure."""
    event: str = ""
    """The sheet itself counts one event of this measure."""
    total: str = ""
    """A total of this measure stated by hand: compared with the cells, never counted."""
    sex: str = ""
    """"M", "F", or "" where the cell does not tell."""
    age: str = ""
    """The cell's age band as written ("5-17", "18+"), or ""."""
    reach: str = "direct"
    """"direct", "indirect" or "media" (domain page § 2.4): never added together."""
    unit: str = "contacts"
    """"contacts", "first_time" or, for what is no person, "events" (domain page § 2.5)."""
    subset: str = ""
    """A part of a cell already counted ("disability" …): never added to the whole."""


@dataclass(frozen=True, slots=True)
class TagProblem:
    """Why a form cannot be counted: the question, the attribute, what stands there, and the reason."""

    path: str
    attribute: str
    value: str
    reason: str
    """A word that `server.web.problem` turns into a sentence ("unknown_measure", "age_missing" …)."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a choice list."""

    name: str
    labels: Labels


@dataclass(frozen=True, slots=True)
class Field:
    """One node of the form below its root, groups and repeats included, in the form's order."""

    path: str
    """From the root's children down, without the root's own name: "/effectifs/n_hommes"."""
    name: str
    kind: str
    """"group", "repeat", or the type: "string", "int", "decimal", "date", "time", "dateTime",
    "boolean", "select1", "select", "rank", "geopoint", "geotrace", "geoshape", "barcode", "binary"."""
    repeat: str = ""
    """Path of the innermost repeat around it, "" at the root. (Of a repeat: the one around that.)"""
    labels: Labels = field(default_factory=dict, hash=False)
    choices: str = ""
    """Name of its choice list in `Definition.choice_lists`, "" for none (or a list from a file)."""
    tag: TallyTag | None = None
    is_required: bool = False
    """Whether phones ask for an answer whenever the question is asked."""
    is_narrative: bool = False
    """Whether people tell in their own words what may name somebody: for the coordinator's eyes (domain page § 5.1)."""


@dataclass(slots=True)
class Branch:
    """One node of a form's tree, for reading instances: elements are found by name, never by position."""

    asked: Field | None
    """The field it stands for; None for the root."""
    children: dict[str, "Branch"] = field(default_factory=dict)


@dataclass(frozen=True)
class Definition:
    """One version of one form. Equal bytes give equal values."""

    form_id: str
    version: str
    """"" where the form states none."""
    title: str
    root: str
    """Name of the primary instance's root element ("data")."""
    languages: tuple[str, ...]
    """As the form names them, the default one first; empty for a form without translations."""
    fields: tuple[Field, ...]
    choice_lists: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict, hash=False)
    media: tuple[str, ...] = ()
    """File names the form asks for (jr://…): what a manifest must list before phones may have it."""
    client_editable: bool = False
    """Whether Collect may edit a sent sheet (`client-editable` on the submission element, OR-69)."""
    stays_on_phones: bool = False
    """Whether phones keep what was received (`auto-delete="false"`), whatever their own setting says (OR-65)."""
    is_confidential: bool = False
    """Whether its sheets are for a case manager's eyes alone (`attribute::fiche:confidential` in the settings)."""
    is_notice: bool = False
    """Whether it only tells an animator something (`attribute::fiche:notice`): what it sends is a receipt, no sheet."""
    tag_problems: tuple[TagProblem, ...] = ()
    """Attributes that could not become a `TallyTag`."""

    @cached_property
    def by_path(self) -> dict[str, Field]:
        """Every field by its path."""
        return {field.path: field for field in self.fields}

    @cached_property
    def tree(self) -> Branch:
        """The fields by name below each other, as an instance holds them."""
        branches = {"": Branch(None)}
        for question in self.fields:
            branch = branches[question.path] = Branch(question)
            branches[question.path.rpartition("/")[0]].children[question.name] = branch
        return branches[""]

    @cached_property
    def binary_paths(self) -> frozenset[str]:
        """The questions whose answer is the name of a file."""
        return frozenset(field.path for field in self.fields if field.kind == "binary")

    @cached_property
    def narratives(self) -> frozenset[str]:
        """The questions that are narratives."""
        return frozenset(field.path for field in self.fields if field.is_narrative)

    @cached_property
    def free_texts(self) -> frozenset[str]:
        """The questions that people answer by typing what they like: no list, no place, nothing that is reckoned."""
        return frozenset(
            field.path
            for field in self.fields
            if field.kind == "string" and field.labels and not field.choices and field.tag is None
        )

    def without(self, paths: frozenset[str]) -> "Definition":
        """The form as if it did not ask these questions."""
        return (
            replace(self, fields=tuple(field for field in self.fields if field.path not in paths))
            if paths
            else self
        )

    @cached_property
    def cso_path(self) -> str:
        """The question that says whose sheet it is (dimension "cso"), "" where none asks."""
        return next(
            (
                field.path
                for field in self.fields
                if field.tag and field.tag.dimension == "cso" and not field.repeat
            ),
            "",
        )

    @cached_property
    def repeats(self) -> tuple[Field, ...]:
        """The repeats, outer before inner."""
        return tuple(field for field in self.fields if field.kind == "repeat")

    def answers_in(self, repeat: str) -> tuple[Field, ...]:
        """The questions whose innermost repeat is `repeat` ("" for the root), groups left out."""
        return tuple(
            field for field in self.fields if field.repeat == repeat and field.kind not in ("group", "repeat")
        )
