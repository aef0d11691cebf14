"""The errors of the edge itself; those of the inner packages stand in the files that raise them."""

from forms.refusal import Refusal


class RequestUnreadable(Refusal):
    """The body or a parameter is not of the form it must have (`reason`)."""


class ParameterMissing(Refusal):
    """Something that is needed was not given (`names`)."""


class ParameterInvalid(Refusal):
    """A parameter has a value that it cannot have (`parameter`, `value`, `allowed`)."""


class HeaderMissing(Refusal):
    """A header that OpenRosa demands is missing (`header`)."""


class FileTypeUnknown(Refusal):
    """A file's name has an ending that is not known here (`name`, `allowed`)."""


class NotSignedIn(Refusal):
    """Nobody, or somebody unknown, asks for what only known people may see."""


class BasicNeedsTLS(Refusal):
    """A password came over an open line (Central 401.3)."""


class PhoneUnknown(Refusal):
    """The token in the address is unknown or was withdrawn. Never 401, which asks for a password (OR-56)."""


class FormNotOffered(Refusal):
    """The form is not open for download (`form_id`)."""


class AddressUnknown(Refusal):
    """No such address."""


class MediaUnknown(Refusal):
    """The form version has no such file (`form_id`, `name`)."""


class MethodUnknown(Refusal):
    """The address does not take this method."""


class Busy(Refusal):
    """Something that runs alone is running (`what`)."""


class BackupDamaged(Refusal):
    """A backup does not hold what its list says (`reason`)."""


class DataPresent(Refusal):
    """A restore would overwrite data (`path`)."""


class PortTaken(Refusal):
    """Another program listens where fiche should (`bind`, `file`)."""


class QRTooLong(Refusal):
    """The settings do not fit in a code that Collect can read (OR-89)."""


class DiskFull(Refusal):
    """There is no room for what came."""
