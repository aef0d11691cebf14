"""The configuration as one frozen value, read once from TOML; unknown keys and bad values stop the start."""

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from aggregates.quality.threshold import Thresholds
from forms.base.refusal import Refusal
from forms.definition.age_band import AgeBand, AgeBandInvalid, bands_from
from forms.definition.age_scheme import AgeScheme
from server.settings.door import BudgetSection, BudgetSettings, SessionSection, SessionSettings
from server.settings.listening import ServerSection, ServerSettings
from server.settings.quality import QualitySection, thresholds_from
from server.settings.reminders import ReminderSection, ReminderSettings, SmtpSection, SmtpSettings

FILE_NAME = "fiche.toml"
LANGUAGES = ("fr", "en")
SCHEMES: Mapping[str, tuple[str, ...]] = {
    "spotlight": ("5-17", "18+"),
    "detail": ("0-4", "5-9", "10-14", "15-17", "18-24", "25-49", "50-59", "60+"),
    "jeunes": ("10-14", "15-17", "18-24", "25+"),
}
"""Domain page § 2.2. The first is the one that the sheets' cells must fit."""
COMING_OF_AGE = 18
"""Where the configuration does not say from which age on it calls people adults: the law's, or the next bound of the
programme's own scheme."""


ALLOWED_TYPES = {
    "Not a valid string.": '"…"',
    "Not a valid integer.": "0, 1, 2 …",
    "Not a valid boolean.": "true | false",
    "Not a valid list.": '["…", "…"]',
    "Not a valid mapping type.": "[…]",
    "Invalid input type.": "[…]",
}
"""What marshmallow's words mean to somebody who writes TOML."""
OF_THE_WHOLE = ("_schema", "key", "value")
"""Where marshmallow puts what is wrong with a section, or with an entry of a table, itself."""


class SettingsMissing(Refusal):
    """There is no configuration file where one was looked for (`path`)."""


class SettingsInvalid(Refusal):
    """The configuration cannot be used (`path`, `problems`: SettingsProblem each)."""


@dataclass(frozen=True, slots=True)
class SettingsProblem:
    """One thing that is wrong: where, what was found, and what is allowed."""

    key: str
    found: str
    allowed: str


@dataclass(frozen=True, slots=True)
class UploadLimits:
    """How much a phone may send, in bytes."""

    max_body_bytes: int = 110_000_000
    max_file_bytes: int = 100_000_000
    max_xml_bytes: int = 10_000_000
    accept_content_length: int = 10_000_000


@dataclass(frozen=True, slots=True)
class PageSettings:
    """What the pages show."""

    public_counts: bool = False


@dataclass(frozen=True, slots=True)
class MetricSettings:
    """Whether /metrics tells figures to programs that watch."""

    enabled: bool = True


@dataclass(frozen=True, slots=True)
class BackupSettings:
    """Where backups are made by themselves, and how many are kept there."""

    folder: str = ""
    """Relative to the configuration; "" for none by themselves."""
    keep: int = 14


@dataclass(frozen=True)
class Settings:
    """Everything that an operator may decide."""

    file: Path
    data_directory: Path
    languages: tuple[str, ...] = LANGUAGES
    timezone: str = "Africa/Bamako"
    server: ServerSettings = field(default_factory=ServerSettings)
    roll_up_time: str = "02:00"
    default_scheme: str = "spotlight"
    schemes: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: dict(SCHEMES))
    adult_from: int = COMING_OF_AGE
    """The age in completed years from which on people are counted as women and men."""
    uploads: UploadLimits = UploadLimits()
    pages: PageSettings = PageSettings()
    metrics: MetricSettings = MetricSettings()
    backup: BackupSettings = BackupSettings()
    budgets: BudgetSettings = field(default_factory=BudgetSettings)
    sessions: SessionSettings = field(default_factory=SessionSettings)
    reminders: ReminderSettings = field(default_factory=ReminderSettings)
    smtp: SmtpSettings = field(default_factory=SmtpSettings)
    quality: Thresholds = field(default_factory=Thresholds)

    @property
    def database_path(self) -> Path:
        """The database file."""
        return self.data_directory / "fiche.db"

    @property
    def blobs_path(self) -> Path:
        """The folder of pictures and form media."""
        return self.data_directory / "blobs"

    @property
    def data_lock(self) -> Path:
        """Held together by all who work on the data, and alone by who puts other data in their place."""
        return self.data_directory / "data.lock"

    @property
    def roll_up_lock(self) -> Path:
        """Held by whoever rolls up."""
        return self.data_directory / "rollup.lock"

    @property
    def examination_lock(self) -> Path:
        """Held by whoever examines sheets."""
        return self.data_directory / "examine.lock"

    @property
    def zone(self) -> ZoneInfo:
        """The timezone in which nights and days are told."""
        return ZoneInfo(self.timezone)

    @property
    def language(self) -> str:
        """The language of those who state none."""
        return self.languages[0]

    @property
    def reporting_scheme(self) -> AgeScheme:
        """The programme's own scheme, which every head-count cell must fit."""
        return AgeScheme(bands_from(self.schemes[self.default_scheme]), self.adult_from)

    @property
    def reporting_bands(self) -> tuple[AgeBand, ...]:
        """The bands of the programme's own scheme."""
        return self.reporting_scheme.bands

    @property
    def band_schemes(self) -> dict[str, AgeScheme]:
        """Every scheme by name, the reporting one first."""
        names = sorted(self.schemes, key=lambda name: name != self.default_scheme)
        return {name: AgeScheme(bands_from(self.schemes[name]), self.adult_from) for name in names}


def find_settings_file(option: str | Path | None = None) -> Path:
    """The file meant: the option, else FICHE_CONFIG, else fiche.toml in the current folder."""
    return Path(option or os.environ.get("FICHE_CONFIG") or FILE_NAME).absolute()


def read_settings(path: Path) -> Settings:
    """The settings in a file; paths in it are relative to it.

    Raises SettingsMissing or SettingsInvalid, which lists everything that is wrong.
    """
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise SettingsMissing(path=str(path)) from None
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problem = SettingsProblem(f"{path.name}", str(error), "TOML")
        raise SettingsInvalid(path=str(path), problems=(problem,)) from None
    try:
        loaded: dict[str, Any] = _File().load(written)
    except ValidationError as error:
        problems = tuple(_problems(_messages(error), written, _File(), ""))
        raise SettingsInvalid(path=str(path), problems=problems) from None
    return _settings(path, loaded)


def _settings(path: Path, loaded: dict[str, Any]) -> Settings:
    bands = loaded.get("age_bands", {})
    default_scheme = bands.get("default_scheme", "spotlight")
    schemes = {name: tuple(texts) for name, texts in (bands.get("schemes") or SCHEMES).items()}
    return Settings(
        file=path,
        data_directory=(path.parent / loaded["data_directory"]).resolve(),
        languages=tuple(loaded["languages"]),
        timezone=loaded["timezone"],
        server=ServerSettings(**loaded.get("server", {})),
        roll_up_time=loaded.get("roll_up", {}).get("time", "02:00"),
        default_scheme=default_scheme,
        schemes=schemes,
        adult_from=bands.get("adult_from") or _adult_from(schemes[default_scheme]),
        uploads=UploadLimits(**loaded.get("uploads", {})),
        pages=PageSettings(**loaded.get("pages", {})),
        metrics=MetricSettings(**loaded.get("metrics", {})),
        backup=BackupSettings(**loaded.get("backup", {})),
        budgets=BudgetSettings(**loaded.get("budgets", {})),
        sessions=SessionSettings(**loaded.get("sessions", {})),
        reminders=ReminderSettings(**loaded.get("reminders", {})),
        smtp=SmtpSettings(**loaded.get("smtp", {})),
        quality=thresholds_from(loaded.get("quality", {})),
    )


def _adult_from(texts: tuple[str, ...]) -> int:
    """From which age on this scheme calls people adults, if nobody says: no band of it is cut in two.

    >>> _adult_from(("5-17", "18+")), _adult_from(("0-20", "21+")), _adult_from(("10-14", "15-17"))
    (18, 21, 18)
    """
    bounds = [band.lower for band in bands_from(texts) if band.lower >= COMING_OF_AGE]
    return min(bounds, default=COMING_OF_AGE)


def _messages(error: ValidationError) -> Any:
    return error.normalized_messages()  # type: ignore[no-untyped-call]


def _bands(texts: list[str]) -> None:
    try:
        bands_from(texts)
    except AgeBandInvalid:
        raise ValidationError('["5-17", "18+"]') from None


def _bytes() -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(min=10_000, error="≥ 10000"))


class _Section(Schema):
    class Meta:
        """Every key is known, or refused."""

        unknown = RAISE


class _RollUp(_Section):
    time = fields.String(validate=validate.Regexp(r"^([01]\d|2[0-3]):[0-5]\d$", error="HH:MM"))


class _AgeBands(_Section):
    default_scheme = fields.String()
    adult_from = fields.Integer(strict=True, validate=validate.Range(1, 120, error="1–120"))
    schemes = fields.Dict(
        keys=fields.String(validate=validate.Regexp(re.compile(r"^[a-z][a-z0-9_]*$"), error="a–z, 0–9, _")),
        values=fields.List(fields.String(), validate=[validate.Length(min=1), _bands]),
    )

    @validates_schema
    def _default_is_a_scheme(self, loaded: dict[str, Any], **_: Any) -> None:
        schemes = loaded.get("schemes") or SCHEMES
        name = loaded.get("default_scheme", "spotlight")
        if name not in schemes:
            raise ValidationError(" | ".join(schemes), "default_scheme")
        bands = bands_from(schemes[name])
        if "adult_from" in loaded and AgeScheme(bands, loaded["adult_from"]).mixed:
            raise ValidationError(" | ".join(str(band.lower) for band in bands), "adult_from")


class _Uploads(_Section):
    max_body_bytes = _bytes()
    max_file_bytes = _bytes()
    max_xml_bytes = _bytes()
    accept_content_length = _bytes()


class _Pages(_Section):
    public_counts = fields.Boolean(truthy={True}, falsy={False})


class _Metrics(_Section):
    enabled = fields.Boolean(truthy={True}, falsy={False})


class _Backup(_Section):
    folder = fields.String()
    keep = fields.Integer(strict=True, validate=validate.Range(1, 1_000, error="1–1000"))


class _File(_Section):
    data_directory = fields.String(load_default="data", validate=validate.Length(min=1))
    languages = fields.List(
        fields.String(validate=validate.OneOf(LANGUAGES, error=" | ".join(LANGUAGES))),
        load_default=list(LANGUAGES),
        validate=validate.Length(min=1),
    )
    timezone = fields.String(
        load_default="Africa/Bamako",
        validate=validate.OneOf(sorted(available_timezones()), error="Africa/Bamako, Europe/Paris …"),
    )
    server = fields.Nested(ServerSection)
    roll_up = fields.Nested(_RollUp)
    age_bands = fields.Nested(_AgeBands)
    uploads = fields.Nested(_Uploads)
    pages = fields.Nested(_Pages)
    metrics = fields.Nested(_Metrics)
    backup = fields.Nested(_Backup)
    budgets = fields.Nested(BudgetSection)
    sessions = fields.Nested(SessionSection)
    reminders = fields.Nested(ReminderSection)
    smtp = fields.Nested(SmtpSection)
    quality = fields.Nested(QualitySection)


def _problems(messages: Any, written: Any, schema: Schema | None, key: str) -> list[SettingsProblem]:
    """marshmallow's messages as a flat list: each with its key, what stands there, and what may."""
    if not isinstance(messages, Mapping):
        allowed = ", ".join(ALLOWED_TYPES.get(str(message), str(message)) for message in messages)
        if allowed == "Unknown field.":
            allowed = _nearest(key, schema)
        return [SettingsProblem(key, repr(written), allowed)]
    found = []
    for name, inner in messages.items():
        if name in OF_THE_WHOLE and not (schema and name in schema.fields):
            found += _problems(inner, written, schema, key)
            continue
        below = f"{key}.{name}" if key else str(name)
        value = written.get(name) if isinstance(written, Mapping) else None
        if isinstance(written, list) and isinstance(name, int) and name < len(written):
            value = written[name]
        nested = schema.fields.get(name) if schema else None
        inner_schema = nested.schema if isinstance(nested, fields.Nested) else None
        found += _problems(inner, value, inner_schema if isinstance(inner, Mapping) else schema, below)
    return found


def _nearest(key: str, schema: Schema | None) -> str:
    known = sorted(schema.fields) if schema else []
    near = difflib.get_close_matches(key.rpartition(".")[2], known, n=1)
    return f"{near[0]} ?" if near else " | ".join(known)
