"""What people are called by their sex and age band: women and girls are told apart as the age scheme says."""

from collections.abc import Mapping

from aggregates.tallies.query import AGE_UNDETAILED, AGE_UNKNOWN
from forms.definition.age_band import parse_band
from forms.definition.age_scheme import AgeScheme
from server.words.language import mark, translate

SEXES = {"M": mark("Male"), "F": mark("Female"), "": mark("Sex not stated")}
PEOPLE = {
    ("M", True): mark("Men"),
    ("F", True): mark("Women"),
    ("M", False): mark("Boys"),
    ("F", False): mark("Girls"),
}
AGES = {AGE_UNDETAILED: mark("Age not detailed"), AGE_UNKNOWN: mark("Age not stated")}


def sex_label(keys: Mapping[str, str], scheme: AgeScheme, language: str) -> str:
    """ "Women" or "Girls" where the band is told beside the sex and is one of adults or of children, else "Female"."""
    sex, band = keys["sex"], keys.get("age_band")
    is_adult = scheme.is_adult(parse_band(band)) if band and band not in AGES else None
    if is_adult is not None and (sex, is_adult) in PEOPLE:
        return translate(language, PEOPLE[sex, is_adult])
    return sex_in_words(sex, language)


def sex_in_words(sex: str, language: str) -> str:
    """A sex whatever the age; one that is none, as an address may name it, as it is."""
    return translate(language, SEXES[sex]) if sex in SEXES else sex


def age_in_words(band: str, language: str) -> str:
    """A row of an age scheme."""
    return translate(language, AGES[band]) if band in AGES else band_in_words(band)


def band_in_words(band: str) -> str:
    """A band with the dash that belongs between two numbers."""
    return band.replace("-", "\N{EN DASH}")
