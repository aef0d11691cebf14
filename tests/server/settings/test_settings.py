"""The configuration: its example says everything, and a mistake is told with what is allowed."""

import tomllib
from pathlib import Path

import pytest

from server.settings.settings import FILE_NAME, Settings, SettingsInvalid, find_settings_file, read_settings

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "config.example.toml"
TABLES = ("age_bands.schemes", "quality.usual_max", "quality.groups")
"""Keys whose value is a table of the operator's own words."""


def written(folder: Path, text: str) -> Path:
    """A configuration file."""
    path = folder / FILE_NAME
    path.write_text(text)
    return path


def problem(folder: Path, text: str) -> tuple[str, str, str]:
    """The only thing that is wrong with a configuration: key, what was found, what is allowed."""
    with pytest.raises(SettingsInvalid) as refusal:
        read_settings(written(folder, text))
    [only] = refusal.value.facts["problems"]
    return only.key, only.found, only.allowed


def test_the_example_in_the_package_is_the_one_in_the_root() -> None:
    assert EXAMPLE.read_bytes() == (ROOT / "server" / "settings" / "config.example.toml").read_bytes()


def test_the_example_holds_the_defaults(tmp_path: Path) -> None:
    example = read_settings(written(tmp_path, EXAMPLE.read_text()))
    assert example == read_settings(written(tmp_path, ""))


def test_the_example_holds_every_key() -> None:
    def keys(schema: object, prefix: str = "") -> set[str]:
        found = set()
        for name, field in schema.fields.items():  # type: ignore[attr-defined]
            nested = getattr(field, "schema", None)
            found |= keys(nested, f"{prefix}{name}.") if nested else {prefix + name}
        return found

    def written_keys(table: dict[str, object], prefix: str = "") -> set[str]:
        found: set[str] = set()
        for name, value in table.items():
            key = prefix + name
            is_section = isinstance(value, dict) and key not in TABLES
            found |= written_keys(value, f"{key}.") if is_section else {key}  # type: ignore[arg-type]
        return found

    from server.settings.settings import _File

    assert written_keys(tomllib.loads(EXAMPLE.read_text())) == keys(_File())


def test_an_unknown_key_is_refused_with_the_nearest_one(tmp_path: Path) -> None:
    assert problem(tmp_path, "data_dir = 'x'") == ("data_dir", "'x'", "data_directory ?")
    assert problem(tmp_path, "[server]\nworker = 3") == ("server.worker", "3", "workers ?")
    assert problem(tmp_path, "[upload]\n")[2] == "uploads ?"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("timezone = 'Mars/Olympus'", "timezone"),
        ("languages = ['fr', 'de']", "languages.1"),
        ("languages = []", "languages"),
        ("[server]\nbind = '8383'", "server.bind"),
        ("[server]\nbind = '0.0.0.0:99999'", "server.bind"),
        ("[server]\nworkers = 0", "server.workers"),
        ("[server]\nworkers = '2'", "server.workers"),
        ("[server]\npublic_url = 'fiche.exemple.org'", "server.public_url"),
        ("[server]\npublic_url = 'https://fiche.exemple.org/'", "server.public_url"),
        ("[roll_up]\ntime = '25:00'", "roll_up.time"),
        ("[age_bands]\ndefault_scheme = 'mine'", "age_bands.default_scheme"),
        ("[age_bands.schemes]\nspotlight = ['5-17', '17+']", "age_bands.schemes.spotlight"),
        ("[age_bands]\nadult_from = 21", "age_bands.adult_from"),
        ("[age_bands]\nadult_from = '18'", "age_bands.adult_from"),
        ("[uploads]\nmax_file_bytes = -1", "uploads.max_file_bytes"),
        ("[pages]\npublic_counts = 'yes'", "pages.public_counts"),
        ("server = 3", "server"),
        ("[quality]\nlate_days = -1", "quality.late_days"),
        ("[quality]\nproject_end = '31.12.2022'", "quality.project_end"),
        ("[quality]\ncountry = [25.1, 10.0, -12.3, 4.3]", "quality.country"),
        ("[quality.usual_max]\ncauserie = 'beaucoup'", "quality.usual_max.causerie"),
        ("[quality.groups]\ncdm = { ages = 'vingt' }", "quality.groups.cdm.ages"),
    ],
)
def test_a_bad_value_is_named_with_its_key_and_what_is_allowed(tmp_path: Path, text: str, key: str) -> None:
    found = problem(tmp_path, text)
    assert found[0] == key
    assert found[2]


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid) as refusal:
        read_settings(written(tmp_path, "timezone = 'x'\nlanguage = 'fr'\n[server]\nbind = ''"))
    assert {fact.key for fact in refusal.value.facts["problems"]} == {"timezone", "language", "server.bind"}


def test_what_is_no_toml_is_told_with_its_line(tmp_path: Path) -> None:
    assert "line 2" in problem(tmp_path, "timezone = 'UTC'\n[server\n")[1]


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "somewhere"
    folder.mkdir()
    settings = read_settings(written(folder, "data_directory = 'data'"))
    assert settings.database_path == folder / "data" / "fiche.db"
    assert read_settings(written(folder, "data_directory = '/srv/fiche'")).data_directory == Path(
        "/srv/fiche"
    )


def test_the_option_goes_before_the_environment_and_that_before_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FICHE_CONFIG", raising=False)
    assert find_settings_file() == tmp_path / FILE_NAME
    monkeypatch.setenv("FICHE_CONFIG", "/etc/fiche.toml")
    assert find_settings_file() == Path("/etc/fiche.toml")
    assert find_settings_file("mine.toml") == tmp_path / "mine.toml"


def test_reporting_bands_are_those_of_the_default_scheme(tmp_path: Path) -> None:
    settings: Settings = read_settings(written(tmp_path, "[age_bands]\ndefault_scheme = 'jeunes'"))
    assert [str(band) for band in settings.reporting_bands] == ["10-14", "15-17", "18-24", "25+"]
    assert set(settings.band_schemes) == {"spotlight", "detail", "jeunes"}


@pytest.mark.parametrize(
    ("written_bands", "adult_from"),
    [
        ("schemes = { own = ['0-9', '10-17', '18-24', '25+'] }", 18),
        ("schemes = { own = ['0-20', '21+'] }", 21),
        ("schemes = { own = ['10-14', '15-17'] }", 18),
        ("schemes = { own = ['0-14', '15+'] }\nadult_from = 15", 15),
    ],
)
def test_adults_begin_where_the_configuration_says_or_at_the_schemes_own_bound(
    tmp_path: Path, written_bands: str, adult_from: int
) -> None:
    settings = read_settings(written(tmp_path, f"[age_bands]\ndefault_scheme = 'own'\n{written_bands}"))
    assert settings.reporting_scheme.adult_from == adult_from
    assert settings.reporting_scheme.mixed == ()


def test_a_section_of_thresholds_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    text = "[quality]\nlate_days = 45\nproject_end = '2022-12-31'\n[quality.groups]\ncdm = { ages = '20+' }"
    quality = read_settings(written(tmp_path, text)).quality
    assert (quality.late_days, str(quality.project_end)) == (45, "2022-12-31")
    assert quality.future_days == 1
    assert {name: group.lower for name, group in quality.groups.items()} == {"cdm": 20}
