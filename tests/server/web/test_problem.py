"""Every error that somebody can mend is told: a code, a status, and words in both languages."""

import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import aggregates
import forms
import server
import sync
from forms.base.refusal import Refusal
from forms.base.table import CellsRefused
from forms.catalogue.publish import MediaMissing
from forms.catalogue.sheet import TagsInvalid
from forms.definition.definition import TagProblem
from forms.definition.located_problem import LocatedProblem
from server import problems
from server.base.problem import Problem
from server.intake.body import BodyTooLarge
from server.phones.qr import QRTooLong
from server.problems import FEATURES
from server.publishing.tag_sentence import SENTENCES
from server.settings.settings import LANGUAGES, SettingsInvalid, SettingsProblem
from server.web.problem import problem_of, register, sentence
from server.words.language import translate
from sync.intake.receive import FormClosed, InstanceConflict, SubmissionDeleted

PROBLEMS = {refused: row for rows in FEATURES for refused, row in rows.items()}
FORBIDDEN_FOR_PHONES = 401
"""A 401 makes a phone ask for a password that it does not have (OR-56)."""


def every_refusal() -> set[type[Refusal]]:
    """All subclasses, once every module of the four packages has been imported."""
    for package in (forms, sync, aggregates, server):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    return set(below(Refusal))


def below(parent: type[Refusal]) -> Iterator[type[Refusal]]:
    """The classes under a class, at any depth."""
    for child in parent.__subclasses__():
        if child.__module__.partition(".")[0] in ("forms", "sync", "aggregates", "server"):
            yield child
            yield from below(child)


def holes(message: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(message) if name}


def test_every_refusal_has_a_row_and_every_row_a_refusal() -> None:
    told = Counter(refused for rows in FEATURES for refused in rows)
    assert every_refusal() == set(told)
    assert [refused.__name__ for refused, rows in told.items() if rows > 1] == []


def test_two_rows_for_one_refusal_are_not_taken_in() -> None:
    other = Problem(409.1, "Something else.")
    with pytest.raises(ValueError, match="FormClosed"):
        register([{FormClosed: other}])
    assert problem_of(FormClosed()).sentence != other.sentence


def test_every_feature_declares_its_rows_beside_its_code() -> None:
    """Whoever adds a `problems.py` has it joined: rows that nobody registers would fail when they are needed."""
    folder = Path(server.__path__[0])
    declared = {path.parent.name for path in folder.glob("*/problems.py")}
    joined = {rows.__name__.split(".")[1] for rows in vars(problems).values() if hasattr(rows, "PROBLEMS")}
    assert declared == joined


@pytest.mark.parametrize("kind", PROBLEMS, ids=lambda kind: kind.__name__)
def test_every_error_is_told_in_both_languages(kind: type[Refusal]) -> None:
    problem = PROBLEMS[kind]
    assert 400 <= problem.status <= 507
    facts: dict[str, object] = dict.fromkeys(holes(problem.sentence), "x")
    if kind is BodyTooLarge:
        facts["limit"] = 100_000_000
    if kind in (CellsRefused, SettingsInvalid, TagsInvalid):
        facts["problems"] = ()
    told = {language: sentence(kind(**facts), language) for language in LANGUAGES}
    assert told["fr"] != told["en"]
    assert not any(holes(text) for text in told.values())


def test_the_codes_are_those_of_odk_central() -> None:
    codes = {kind: problem_of(kind()).code for kind in (InstanceConflict, FormClosed, SubmissionDeleted)}
    assert codes == {InstanceConflict: 409.1, FormClosed: 409.2, SubmissionDeleted: 409.18}


def test_no_error_of_a_sheet_asks_a_phone_for_a_password() -> None:
    of_sheets = [problem for kind, problem in PROBLEMS.items() if kind.__module__ == "sync.intake.receive"]
    assert of_sheets
    assert FORBIDDEN_FOR_PHONES not in {problem.status for problem in of_sheets}


def test_a_limit_is_told_in_megabytes() -> None:
    refusal = BodyTooLarge(limit=1_500_000_000, name="a.jpg")
    assert "1,500 MB" in sentence(refusal, "en")
    assert "1\u202f500 Mo" in sentence(refusal, "fr")


def test_a_configuration_problem_names_its_key_what_stands_there_and_what_may() -> None:
    problem = SettingsProblem("server.workers", "0", "1–64")
    told = sentence(SettingsInvalid(path="fiche.toml", problems=(problem,)), "en")
    assert told.splitlines() == [
        "Mend the configuration fiche.toml:",
        "  server.workers: found 0; allowed: 1–64",
    ]


@pytest.mark.parametrize("reason", SENTENCES)
def test_a_tag_problem_says_where_it_stands_and_what_to_write(reason: str) -> None:
    problem = TagProblem(path="/effectifs/n_hommes", attribute="sex", value="X", reason=reason)
    located = LocatedProblem(problem, "survey", 7, "H")
    told = {
        language: sentence(TagsInvalid(form_id="club", problems=(located,)), language)
        for language in LANGUAGES
    }
    assert "row 7, column H" in told["en"]
    assert "ligne 7, colonne H" in told["fr"]
    assert not any(holes(text) for text in told.values())
    assert translate("fr", SENTENCES[reason]) != SENTENCES[reason]


def test_a_fact_that_is_missing_or_a_list_reads_well() -> None:
    assert "a, b" in sentence(_with_names(("a", "b")), "en")
    assert "–" in sentence(_with_names(()), "en")
    assert sentence(QRTooLong(), "fr").endswith(".")


def _with_names(names: tuple[str, ...]) -> Refusal:
    return MediaMissing(form_id="club", names=names)
