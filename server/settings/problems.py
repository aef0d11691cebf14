"""The answers to a configuration that is missing or cannot be used."""

from forms.definition.age_band import AgeBandInvalid
from server.base.problem import Facts, Problem, Problems
from server.settings.settings import SettingsInvalid, SettingsMissing
from server.words.language import mark, translate


def _problems(facts: Facts, language: str) -> Facts:
    """A line for each key: what stands there, and what may."""
    return {
        "problems": "\n".join(
            translate(
                language,
                "  {key}: found {found}; allowed: {allowed}",
                key=problem.key,
                found=problem.found,
                allowed=problem.allowed,
            )
            for problem in facts["problems"]
        )
    }


PROBLEMS: Problems = {
    SettingsMissing: Problem(500.1, mark("There is no configuration at {path}. Start with: fiche init")),
    SettingsInvalid: Problem(500.1, mark("Mend the configuration {path}:\n{problems}"), words=_problems),
    AgeBandInvalid: Problem(
        400.8, mark("{band} is no age band. Write for example 5-17 or 18+, in rising order.")
    ),
}
