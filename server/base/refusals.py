"""The errors of the edge itself; those of the inner packages stand in the files that raise them."""

from forms.base.refusal import Refusal


class RequestUnreadable(Refusal):
    """The body or a parameter is not of the form it must have (`reason`)."""


class ParameterMissing(Refusal):
    """Something that is needed was not given (`names`)."""


class ParameterInvalid(Refusal):
    """A parameter has a value that it cannot have (`parameter`, `value`, `allowed`)."""


class RequestTooLarge(Refusal):
    """A page's form or a program's request is larger than it may be (`limit` in MB)."""


class HeaderMissing(Refusal):
    """A header that OpenRosa demands is missing (`header`)."""


class NotSignedIn(Refusal):
    """Nobody, or somebody unknown, asks for what only known people may see."""


class SignInWrong(NotSignedIn):
    """An address and password that do not belong together: whether there is such an account is not told."""


class BasicNeedsTLS(Refusal):
    """A password came over an open line (Central 401.3)."""


class PhoneUnknown(Refusal):
    """The token in the address is unknown or was withdrawn. Never 401, which asks for a password (OR-56)."""


class FormNotOffered(Refusal):
    """The form is not open for download (`form_id`)."""


class AddressUnknown(Refusal):
    """No such address."""


class MethodUnknown(Refusal):
    """The address does not take this method."""


class RightMissing(Refusal):
    """Whoever asks is known, and may not do this here (Central 403.1)."""


class WrongType(Refusal):
    """A value is not of the type it must have (`field`, `value`, `expected`; Central 400.11)."""


class PasswordsDiffer(Refusal):
    """The new password was written in two ways."""


class CorrectionReasonMissing(Refusal):
    """A correction says why it was made."""


class AttachmentUnknown(Refusal):
    """The submission names no such file, or it has not come (`name`)."""


class FormatNotOffered(Refusal):
    """The answer is not to be had in this format (`format`; Central 406.1)."""


class OptionUnknown(Refusal):
    """An OData option that is not offered (`option`; Central 501.1)."""


class ExpandUnknown(Refusal):
    """`$expand` takes `*` alone (Central 501.6)."""


class SelectWithExpand(Refusal):
    """`$select` and `$expand` cannot be asked together (Central 501.11)."""
