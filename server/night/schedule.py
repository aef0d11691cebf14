"""Runs the jobs one beside the other, each in a thread of its own, and keeps how each of them goes.

The waits between two runs count the monotonic clock: they go on whichever way the machine's clock jumps, as it does
on a laptop with an empty battery. What must happen at an hour of the day is asked for each minute, and decides by
itself whether it is due.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from server.base import clock
from server.store.locks import Busy
from server.upkeep.job_states import JobStates

log = logging.getLogger(__name__)


class Stopped(Exception):
    """The server is stopping; what was not written yet waits for the next start."""


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work that is done again and again. What it raises is logged, told, and tried again."""

    name: str
    """As doctor and the log call it."""
    work: Callable[[], None]
    seconds: float
    """From the end of a run to the beginning of the next."""
    first: float
    """Seconds from the start of the server to the first run."""


def run_schedule(jobs: Sequence[Job], stopping: threading.Event, states: JobStates) -> None:
    """Run the jobs until `stopping` is set, and wait for those under way to end."""
    states.begin([job.name for job in jobs], now=clock.now())
    threads = [
        threading.Thread(target=_repeat, args=(job, stopping, states), name=job.name, daemon=True)
        for job in jobs
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _repeat(job: Job, stopping: threading.Event, states: JobStates) -> None:
    wait = job.first
    while not stopping.wait(wait):
        wait = job.seconds
        try:
            job.work()
        except Busy:
            log.debug("%s: somebody else is at it already", job.name)
        except Stopped:
            log.info("%s stops between two batches and goes on at the next start", job.name)
        except Exception as error:
            log.exception("%s failed", job.name)
            states.note_failure(job.name, error, now=clock.now())
        else:
            states.note_success(job.name, now=clock.now())
