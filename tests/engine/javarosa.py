"""Collect's own form engine, JavaRosa, which pyxform carries inside ODK Validate's jar.

One Java process serves a whole test session; `FillForm.java` is its other half.
"""

import json
import shutil
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pyxform.validators.odk_validate import ODK_VALIDATE_PATH

SOURCE = Path(__file__).with_name("FillForm.java")
INSTALL = "apt-get install openjdk-17-jre-headless"


class RefusedByEngine(Exception):
    """A phone would not have let the person finish the form so."""

    def __init__(self, problems: list[dict[str, str]]) -> None:
        super().__init__(
            "; ".join(f"{problem.get('question', '')}: {problem['message']}" for problem in problems)
        )
        self.problems = problems
        self.messages = [problem["message"] for problem in problems]


@dataclass(frozen=True)
class Filled:
    """A finished instance, as the engine wrote it."""

    xml: bytes
    instance_id: str
    instance_name: str
    attachments: list[str]
    file: Path
    shown: tuple[str, ...] = ()
    """What stood on the screens, in turn: questions, notes, and choices where they are few."""
    is_editable: bool = False
    """Whether Collect offers to edit it once it is finished."""


class JavaRosa:
    """A running engine."""

    def __init__(self, folder: Path) -> None:
        java = shutil.which("java")
        assert java, f"the tests fill forms with JavaRosa, which needs Java: {INSTALL}"
        self.folder = folder
        self.number = 0
        options = ["-Dfile.encoding=UTF-8", "-Duser.timezone=Africa/Bamako", "-Xmx256m"]
        options += ["-cp", str(ODK_VALIDATE_PATH)]
        blank = folder / "blank.xml"
        blank.write_text("<html/>")
        self.complaints = folder / "complaints.txt"
        with self.complaints.open("wb") as complaints:
            self.engine = subprocess.Popen(
                [java, *options, str(SOURCE), str(blank), "-", "--out", str(folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
                text=True,
                encoding="utf-8",
            )

    def fill(
        self,
        form: Path,
        answers: Mapping[str, Any],
        *,
        media: Path | None = None,
        edit: Path | None = None,
        language: str = "Français (fr)",
    ) -> Filled:
        """Fill a form by question names and finish it. Raises RefusedByEngine with the form's messages."""
        self.number += 1
        order = {"id": f"s{self.number}", "answers": answers, "form": str(form), "language": language}
        if media:
            order["media"] = str(media)
        if edit:
            order["edit"] = str(edit)
        assert self.engine.stdin
        assert self.engine.stdout
        with suppress(BrokenPipeError):
            self.engine.stdin.write(json.dumps(order, ensure_ascii=False) + "\n")
            self.engine.stdin.flush()
        line = self.engine.stdout.readline()
        assert line, f"the engine has stopped: {self.complaints.read_text(encoding='utf-8')}"
        report = json.loads(line)
        if not report["ok"]:
            raise RefusedByEngine(report["problems"])
        file = Path(report["file"])
        file = file if file.is_absolute() else self.folder / file
        return Filled(
            file.read_bytes(),
            report["instanceID"],
            report.get("instanceName") or "",
            report.get("attachments", []),
            file,
            tuple(report["shown"]),
            report["editable"],
        )

    def close(self) -> None:
        """End the process."""
        assert self.engine.stdin
        assert self.engine.stdout
        self.engine.stdin.close()
        self.engine.wait(timeout=30)
        self.engine.stdout.close()
