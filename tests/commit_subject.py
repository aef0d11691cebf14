"""Refuses a commit whose subject is longer than 72 characters: lists and mails cut it there."""

import sys
from pathlib import Path

LONGEST = 72


def complaint(message: str) -> str:
    """What is wrong with a commit message's first line; empty where nothing is."""
    subject = message.partition("\n")[0].rstrip()
    if not subject:
        return "the subject is empty"
    if len(subject) > LONGEST and not subject.startswith(("Merge ", "fixup! ", "squash! ")):
        return f"the subject has {len(subject)} characters; {LONGEST} are read: {subject}"
    return ""


if __name__ == "__main__":
    wrong = complaint(Path(sys.argv[1]).read_text("utf-8"))
    if wrong:
        print(wrong)
    sys.exit(bool(wrong))
