"""What the names in a plan may mean: organisations, places, forms with their activities, animators. Pure."""

import difflib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from forms.base.table_cell import plain
from forms.places.cso_code import NO_CSO, CsoCode
from forms.places.place import LEVELS, UNLISTED, LocatedPlace

MOST_ALLOWED = 12
"""How many names are told as allowed."""
SEPARATOR = " · "
"""Between a code and what it means, as the template offers both: the code counts."""
MOST_CODES = 20
MOST_SEARCHES = 100
"""For how many wrong names near ones are looked for: a file of nothing but wrong names costs no minutes."""


@dataclass(frozen=True, slots=True)
class PlanForm:
    """A form whose sheets a plan may await."""

    id: str
    titles: tuple[str, ...]
    activities: Mapping[str, tuple[str, ...]]
    """By code, its labels in every language."""


@dataclass(frozen=True, slots=True)
class NotFound:
    """A name that means nothing, or several things (`rule`)."""

    rule: str
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class NameResolver:
    """The names that a plan may use."""

    csos: Mapping[str, str]
    """Name by code; the codes as they are written."""
    places: Sequence[LocatedPlace]
    forms: Sequence[PlanForm]
    animators: Mapping[CsoCode, tuple[str, ...]]
    """Names by the code of the CSO."""
    reach: frozenset[CsoCode] | None = None
    """The CSOs whose plan may be changed; None for all."""
    _near_found: dict[tuple[str, str], Sequence[str]] = field(default_factory=dict, repr=False)
    _labels: dict[str, Mapping[str, set[str]]] = field(default_factory=dict, repr=False)

    @cached_property
    def reachable(self) -> dict[CsoCode, str]:
        """The CSOs whose plan may be changed: the code as written, by what it is compared by."""
        return {
            CsoCode(code): code for code in self.csos if self.reach is None or CsoCode(code) in self.reach
        }

    def cso(self, text: str) -> CsoCode | NotFound:
        """The code of a CSO that is named by code or name."""
        names = {plain(code): code for code in self.csos} | {
            plain(name): code for code, name in self.csos.items()
        }
        code = CsoCode(names.get(plain(text), ""))
        allowed = tuple(sorted(self.reachable.values()))[:MOST_ALLOWED]
        if not code:
            return NotFound("cso_unknown", allowed)
        return code if code in self.reachable else NotFound("cso_not_yours", allowed)

    def place(self, text: str, commune: str, cso: CsoCode) -> LocatedPlace | NotFound:
        """The place of a code or a name: villages before communes, within the commune and the CSO if that tells."""
        by_code = self._by_code.get(code_part(text).casefold())
        within = self._named(commune, ("commune",)) if commune else ()
        if commune and not within:
            return NotFound("commune_unknown", self._near(commune, "commune"))
        if not text:
            return _single(within, "place_ambiguous", cso) if within else NotFound("required")
        if by_code:
            found: Sequence[LocatedPlace] = (by_code,)
        else:
            found = self._finest(text, within)
        if not found:
            return NotFound("place_unknown", self._near(text, ""))
        if within:
            codes = {candidate.place.code for candidate in within}
            inside = [candidate for candidate in found if candidate.commune in codes]
            if not inside:
                return NotFound(
                    "place_elsewhere",
                    tuple(self._commune_name(candidate) for candidate in found)[:MOST_ALLOWED],
                )
            found = inside
        single = _single(found, "place_ambiguous", cso)
        if isinstance(single, NotFound):
            return NotFound(
                single.rule,
                tuple(sorted({self._commune_name(candidate) for candidate in found}))[:MOST_ALLOWED],
            )
        return single

    def form(self, text: str) -> str | NotFound:
        """The id of a form that is named by id or title."""
        names = {
            plain(title): plan_form.id
            for plan_form in self.forms
            for title in (*plan_form.titles, plan_form.id)
        }
        return names.get(plain(text)) or NotFound(
            "form_unknown", tuple(plan_form.id for plan_form in self.forms)[:MOST_ALLOWED]
        )

    def activity(self, text: str, form: str) -> str | NotFound:
        """The code of an activity that is named by code or label, of one form or of any."""
        labels = self._activities(form)
        found = labels.get(plain(code_part(text)), set())
        if len(found) == 1:
            return next(iter(found))
        codes = tuple(sorted({code for codes in labels.values() for code in codes}))
        if found:
            return NotFound("activity_ambiguous", tuple(sorted(found)))
        near = self._closest(f"activity {form}", text, labels)
        meant = tuple(sorted({code for spelling in near for code in labels[spelling]}))
        return NotFound("activity_unknown", meant or codes[:MOST_CODES])

    def animator(self, text: str, cso: CsoCode) -> str | NotFound:
        """The name of a phone of the CSO as it is written there."""
        names = {plain(name): name for name in self.animators.get(cso, ())}
        if plain(text) in names:
            return names[plain(text)]
        near = self._closest(f"animator {cso}", text, names)
        return NotFound("animator_unknown", tuple(names[spelling] for spelling in near))

    def cso_of(self, place: LocatedPlace) -> CsoCode:
        """The CSO that the gazetteer names for a place or the nearest level above it."""
        for code in (place.village, place.commune, place.cercle, place.region):
            found = self._by_code.get(code.casefold()) if code else None
            if found and found.place.cso:
                return CsoCode(found.place.cso)
        return NO_CSO

    def place_in_words(self, place: LocatedPlace) -> str:
        """A place so that it is read and understood: its code, its name, its commune."""
        words = [place.place.code, place.place.name]
        if place.place.level == "village":
            words.append(self._commune_name(place))
        return SEPARATOR.join(words)

    @cached_property
    def _by_code(self) -> dict[str, LocatedPlace]:
        others = {alias.casefold(): place for place in self.places for alias in place.place.aliases}
        return others | {place.place.code.casefold(): place for place in self.places}

    @cached_property
    def _by_name(self) -> dict[str, list[LocatedPlace]]:
        found: dict[str, list[LocatedPlace]] = defaultdict(list)
        for place in self.places:
            if not place.place.code.endswith(UNLISTED):
                for name in {plain(name) for name in (place.place.name, *place.place.aliases)}:
                    found[name].append(place)
        return found

    def _named(self, text: str, levels: Iterable[str]) -> Sequence[LocatedPlace]:
        by_code = self._by_code.get(code_part(text).casefold())
        if by_code and by_code.place.level in levels:
            return (by_code,)
        return [place for place in self._by_name.get(plain(text), ()) if place.place.level in levels]

    def _finest(self, text: str, within: Sequence[LocatedPlace]) -> Sequence[LocatedPlace]:
        """The places of a name at the finest level that has any; those of the communes first if any are named."""
        named = self._by_name.get(plain(text), ())
        codes = {place.place.code for place in within}
        for level in reversed(LEVELS):
            found = [place for place in named if place.place.level == level]
            inside = [place for place in found if place.commune in codes]
            if inside or (found and not within):
                return inside or found
        return named

    def _commune_name(self, place: LocatedPlace) -> str:
        commune = self._by_code.get(place.commune.casefold())
        return commune.place.name if commune else place.place.code

    def _near(self, text: str, level: str) -> tuple[str, ...]:
        """The names of places, of one level if it is named, that are nearly this one."""
        names = self._names_by_level.get(level, {})
        return tuple(names[spelling] for spelling in self._closest(f"place {level}", text, names))

    @cached_property
    def _names_by_level(self) -> dict[str, dict[str, str]]:
        """Place names as they are written, by how they are compared; under "" those of every level."""
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for name, places in self._by_name.items():
            for place in places:
                found[place.place.level][name] = found[""][name] = place.place.name
        return found

    def _closest(self, kind: str, text: str, names: Iterable[str]) -> Sequence[str]:
        """Those of some names that are nearly this one, looked for once: a file may repeat one mistake."""
        key = (kind, plain(text)[:60])
        if key not in self._near_found:
            if len(self._near_found) >= MOST_SEARCHES:
                return ()
            self._near_found[key] = difflib.get_close_matches(key[1], names, n=3, cutoff=0.7)
        return self._near_found[key]

    def _activities(self, form: str) -> Mapping[str, set[str]]:
        if form not in self._labels:
            labels: dict[str, set[str]] = defaultdict(set)
            for plan_form in self.forms:
                if form in ("", plan_form.id):
                    for code, texts in plan_form.activities.items():
                        for text in (code, *texts):
                            labels[plain(text)].add(code)
            self._labels[form] = labels
        return self._labels[form]


def code_part(text: str) -> str:
    """The code of a choice of the template, the text itself of any other.

    >>> code_part("V-SEN · Senou · Commune VI")
    'V-SEN'
    """
    return text.partition(SEPARATOR)[0].strip()


def _single(found: Sequence[LocatedPlace], rule: str, cso: CsoCode) -> LocatedPlace | NotFound:
    if len(found) > 1 and cso:
        found = [place for place in found if CsoCode(place.place.cso) == cso] or found
    return found[0] if len(found) == 1 else NotFound(rule)
