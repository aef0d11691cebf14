"""What every process of a test run begins with."""

import os
import sys

# A test run starts many processes. Where the terminal forbids Python to keep what it compiles, each of them would
# compile fiche anew, which costs more than most of them do.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
