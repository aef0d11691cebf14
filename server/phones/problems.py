"""The answers about the codes that configure phones."""

from server.base.problem import Problem, Problems
from server.phones.qr import QRTooLong
from server.words.language import mark

PROBLEMS: Problems = {
    QRTooLong: Problem(500.1, mark("The settings of this phone are too long for a QR code.")),
}
