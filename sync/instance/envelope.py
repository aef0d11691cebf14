"""What came in one POST, and what is answered to it: values handed between the edge and `sync.intake.receive`."""

from dataclasses import dataclass, field
from functools import cached_property

from forms.base.blobs import Blob
from forms.base.refusal import Refusal
from forms.places.cso_code import NO_CSO, CsoCode
from sync.instance.instance import Instance, parse_instance


@dataclass(frozen=True, slots=True)
class Part:
    """One file that came along, already on the disk."""

    name: str
    blob: Blob
    media_type: str = "application/octet-stream"


@dataclass(frozen=True)
class Envelope:
    """One POST of a submission: the instance as it came, byte for byte, and the files beside it."""

    xml: bytes
    parts: tuple[Part, ...] = field(default=())
    device_id: str = ""
    user_agent: str = ""
    submitter_id: int | None = None
    cso: CsoCode = NO_CSO
    """Code of the CSO whose phone it is, "" for a phone of none and for a person."""
    is_from_phone: bool = False
    """Whether a phone sent it, which has no other way to show what it holds: an edit that comes too late is kept."""

    @cached_property
    def instance(self) -> Instance:
        """The instance, read once. Ask for it before a transaction is opened: reading may be refused.

        Raises what `sync.instance.instance.parse_instance` raises.
        """
        return parse_instance(self.xml)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an envelope."""

    outcome: str
    """"created", "edited", "resent" (the same bytes again), "conflict" (kept aside, not taken), or "noted" (the
    receipt of a notice)."""
    submission_id: int
    """0 for what is no sheet."""
    instance_id: str
    refusal: Refusal | None = None
    """To be answered once the transaction is on the disk: what was kept aside must not be undone."""
