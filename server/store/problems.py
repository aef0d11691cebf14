"""The answers where the database cannot take something now."""

from server.base.problem import Problem, Problems
from server.store.database import DatabaseNewer, WritersWait
from server.store.full_disk import DiskFull, DiskReadOnly, NoRoom, NothingWritten
from server.store.locks import Busy
from server.words.language import mark

PROBLEMS: Problems = {
    Busy: Problem(409.1, mark("{what} is under way already. Try again in a moment.")),
    WritersWait: Problem(
        503.1,
        mark(
            "Send again in some minutes: a long work on the server keeps it from writing. Nothing is lost, the sheet "
            "stays on your phone."
        ),
    ),
    DatabaseNewer: Problem(
        500.1,
        mark(
            "A newer version of fiche has worked with {path} (it knows {migration}, this one does not): install "
            "that version again, or restore a backup that this one made. Nothing was changed."
        ),
    ),
    DiskFull: Problem(
        507.1, mark("Send again later: the server's disk is full. The sheet stays on your phone.")
    ),
    DiskReadOnly: Problem(
        503.1,
        mark(
            "Send again later: the server's disk takes nothing just now. Nothing is lost, the sheet stays on your "
            "phone."
        ),
    ),
    NothingWritten: Problem(
        503.1,
        mark(
            "The server's disk takes nothing just now: nothing of what you just did was kept. Tell whoever looks after "
            "the server, then do it again. What was there before can be read."
        ),
    ),
    NoRoom: Problem(
        507.1,
        mark(
            "The server's disk is full: nothing of what you just did was kept. Ask whoever looks after the server "
            "to make room, then do it again. What was there before is safe and can be read."
        ),
    ),
}
