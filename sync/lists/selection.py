"""Which submissions of a form are meant: by a filter, by the CSOs that the reader may see, from a row on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from forms.places.cso_code import CsoCode


@dataclass(frozen=True, slots=True)
class Selection:
    """Made at the edge from who asks and what they ask; the lists and the exports turn it into SQL."""

    form_id: int
    """Key of the form's row."""
    csos: frozenset[CsoCode] | None = None
    """The CSOs whose sheets may be seen; None for all of them."""
    where: str = ""
    """A condition over the columns of `submission AS s`, made by `sync.odata.filter` alone, "" for none."""
    parameters: Mapping[str, str | int | None] = field(default_factory=dict, hash=False)
    """The values that `where` names (`:f0`, `:f1` …)."""
    with_deleted: bool = False
    """Whether deleted submissions are looked at too (a filter that names `__system/deletedAt`)."""
