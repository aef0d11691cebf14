"""`fiche` on a machine whose clock is wrong: python -m tests.shifted_clock FILE fiche COMMAND…, FILE holds the seconds.

The only place that asks the time is `server.base.clock`; here it is told a machine's wrong one, which may jump while
the command runs. What counts the monotonic clock goes on as it does when a real clock is set.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from server.base import clock


def main() -> None:
    """Run the command."""
    offset = Path(sys.argv[1])
    sys.argv = sys.argv[2:]
    clock.now = lambda: datetime.now(UTC) + timedelta(seconds=float(offset.read_text()))
    from server.cli import main as fiche

    fiche()


if __name__ == "__main__":
    main()
