"""The command line in this process, as tests run it: a process of its own costs a second for each command.

Its language is chosen once, when it is loaded (`server.terminal.words`): here it is French, whatever the
terminal of whoever runs the tests speaks.
"""

import os
import traceback
from collections.abc import Sequence
from subprocess import CompletedProcess
from unittest.mock import patch

from click.testing import CliRunner

with patch.dict(os.environ, {"LC_ALL": "fr_FR.UTF-8"}):
    from server.cli import main

SERVES = frozenset({"serve", "start"})
"""Commands that fork, and take signals: they need a process that is theirs."""


def run_here(arguments: Sequence[str]) -> CompletedProcess[str]:
    """What a command says and the code it ends with; a bug is told as its traceback, as Python does."""
    result = CliRunner().invoke(main, list(arguments), prog_name="fiche")
    stderr = result.stderr
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        stderr += "".join(traceback.format_exception(result.exception))
    return CompletedProcess(["fiche", *arguments], result.exit_code, result.stdout, stderr)
