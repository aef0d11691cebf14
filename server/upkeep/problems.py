"""The answers of backing up and restoring."""

from server.base.problem import Problem, Problems
from server.upkeep.backup_folder import BackupDamaged
from server.upkeep.certificate import CertificateUnusable
from server.upkeep.port import AddressElsewhere, ListeningRefused, PortForbidden, PortTaken
from server.upkeep.restore import DataInUse, DataPresent, RestoreNoRoom, RestoreToFinish, RestoreUnfinished
from server.words.language import mark

PROBLEMS: Problems = {
    CertificateUnusable: Problem(
        500.1,
        mark(
            "Mend certificate and key under [server] in fiche.toml: {certificate} and {key} cannot be used ({reason}). "
            "Both are PEM files that fiche may read, the key without a password and belonging to the certificate."
        ),
    ),
    PortTaken: Problem(
        500.1,
        mark("Something answers at {bind} already: fiche may be running. Stop it, or change bind in {file}."),
    ),
    PortForbidden: Problem(
        500.1,
        mark(
            "You may not listen on port {port}: the ports below 1024 are root's. Take another in {file} (bind, for "
            "example 8383), put a proxy in front, or let systemd allow it (AmbientCapabilities=CAP_NET_BIND_SERVICE)."
        ),
    ),
    AddressElsewhere: Problem(
        500.1,
        mark(
            "This machine has no address {host}. Change bind in {file}: 0.0.0.0:{port} listens at all of its "
            "addresses, 127.0.0.1:{port} for programs of this machine alone."
        ),
    ),
    ListeningRefused: Problem(
        500.1, mark("fiche cannot listen at {bind} ({reason}). Change bind in {file}.")
    ),
    BackupDamaged: Problem(500.1, mark("The backup is damaged: {reason}.")),
    DataInUse: Problem(
        409.1,
        mark(
            "Stop the server first, and every other command of fiche: they work on {path}. Nothing was changed."
        ),
    ),
    RestoreNoRoom: Problem(
        507.1,
        mark(
            "Make room on the disk of {path}, then restore again: {needed} MB are needed and {free} MB are free. "
            "The data that were there are still in place."
        ),
    ),
    RestoreUnfinished: Problem(
        409.1,
        mark(
            "A restore into {path} was cut off before its copy was whole. Give the same fiche restore again. To begin "
            "without it, remove {partial} first."
        ),
    ),
    RestoreToFinish: Problem(
        409.1,
        mark(
            "A restore into {path} was cut off, and you may not finish it. Let whoever restored give any command of "
            "fiche, such as fiche doctor: that finishes it."
        ),
    ),
    DataPresent: Problem(409.1, mark("{path} holds data already. Give --force to set it aside and restore.")),
}
