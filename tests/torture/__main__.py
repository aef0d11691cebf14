"""`make torture`: so many seconds of it, then the judgement; exit code 1 where anything is amiss.

python -m tests.torture --seconds 600 --seed 42
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.benchmarks.__main__ import the_definition
from tests.fiche_process import Fiche
from tests.phone import Phone
from tests.torture.judgement import faults
from tests.torture.ledger import Ledger
from tests.torture.people import Animator, Coordinator, Reader, Somebody
from tests.torture.trouble import Trouble, within

PHONES, COORDINATORS, READERS = 6, 2, 1
SETTINGS = """
[uploads]
accept_content_length = 100000
"""
SMALL_DISK = "FICHE_TORTURE_DISK"
BYTES, BYTES_A_SECOND = 400_000_000, 3_000_000
"""Of the disk that is now and then full."""
UNSHARE = ("unshare", "--user", "--map-root-user", "--mount")


def main() -> None:
    """Torture, judge, report."""
    options = arguments()
    if SMALL_DISK not in os.environ and not subprocess.run([*UNSHARE, "true"], check=False).returncode:
        # Here a disk of its own may be mounted, which only these processes see.
        os.environ[SMALL_DISK] = "1"
        os.execvp(UNSHARE[0], [*UNSHARE, sys.executable, *sys.orig_argv[1:]])
    print(f"seed {options.seed}: make torture SECONDS={options.seconds:.0f} SEED={options.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="torture-") as folder:
        disk = Path(folder) / "disk"
        disk.mkdir()
        has_disk = SMALL_DISK in os.environ
        if has_disk:
            size = BYTES + int(BYTES_A_SECOND * options.seconds)
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "small", str(disk)], check=True)
        try:
            sys.exit(torture(Path(folder), disk, options, has_disk=has_disk))
        finally:
            if options.keep:
                shutil.copytree(folder, options.keep, dirs_exist_ok=True)
            if has_disk:
                subprocess.run(["umount", "--lazy", str(disk)], check=False)


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.torture")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--output", type=Path, default=None, help="the figures as JSON")
    parser.add_argument("--keep", type=Path, default=None, help="copy everything there in the end")
    options = parser.parse_args()
    options.seed = random.SystemRandom().randrange(1_000_000) if options.seed is None else options.seed
    return options


def torture(folder: Path, disk: Path, options: argparse.Namespace, *, has_disk: bool) -> int:
    """One run; gives the exit code."""
    ledger = Ledger()
    offset = folder / "offset"
    offset.write_text("0")
    fiche = Fiche(disk / "fiche", settings=SETTINGS, within=within(offset))
    told = fiche.init()
    trouble = Trouble(fiche, ledger, random.Random(f"{options.seed} trouble"), folder)
    trouble.has_disk = has_disk
    stopping = threading.Event()
    everybody = people(fiche, folder, ledger, options.seed, stopping, told)
    began = time.monotonic()
    trouble.start()
    for somebody in everybody:
        somebody.start()
    trouble.go_on(options.seconds, stopping)
    for somebody in everybody:
        somebody.join()
    seconds = time.monotonic() - began
    trouble.stop()
    found = list(ledger.complaints)
    if left := trouble.group():
        found.append(f"processes that are still there: {left}")
    found += faults(fiche, ledger, trouble.backups)
    report(ledger, options, seconds, found)
    return 1 if found else 0


def people(
    fiche: Fiche,
    folder: Path,
    ledger: Ledger,
    seed: int,
    stopping: threading.Event,
    told: dict[str, str],
) -> list[Somebody]:
    """Everybody who uses this server, each with dice of their own."""
    definition = the_definition(fiche)
    addresses = [fiche.phone_address(f"Téléphone {number}") for number in range(PHONES)]
    animators = [
        Animator(
            ledger, random.Random(f"{seed} phone {number}"), stopping,
            phone=Phone(address, folder), definition=definition,
        )
        for number, address in enumerate(addresses)
    ]  # fmt: skip
    signed_in = [Coordinator] * COORDINATORS + [Reader] * READERS
    others = [
        kind(
            ledger, random.Random(f"{seed} person {number}"), stopping,
            fiche=fiche, email=told["email"], password=told["password"],
        )
        for number, kind in enumerate(signed_in)
    ]  # fmt: skip
    return [*animators, *others]


def report(ledger: Ledger, options: argparse.Namespace, seconds: float, found: list[str]) -> None:
    """Figures and faults, for people and as JSON."""
    figures = {
        "seed": options.seed,
        "seconds": round(seconds),
        "slowest answer to a phone, seconds": round(ledger.slowest, 1),
        **dict(sorted(ledger.counts.items())),
    }
    for name, value in figures.items():
        print(f"{value:>8}  {name}")
    for fault in found:
        print(f"FAULT {fault}")
    print("nothing lost, nothing doubled, nothing left behind" if not found else f"{len(found)} faults")
    if options.output:
        options.output.parent.mkdir(parents=True, exist_ok=True)
        options.output.write_text(json.dumps({"figures": figures, "faults": found}, indent=2) + "\n")


if __name__ == "__main__":
    main()
