"""What setup.cfg cannot say: building compiles the catalogues of texts."""

from pathlib import Path
from runpy import run_path

from setuptools import setup
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent


class BuildWithCatalogues(build_py):
    """Puts the compiled catalogues beside the written ones first; from there they are taken as data."""

    def run(self) -> None:
        """For a wheel and for an installation that points here alike."""
        bring_up_to_date = run_path(str(ROOT / "server" / "words" / "compiled.py"))["bring_up_to_date"]
        for catalogue in (ROOT / "server" / "locale").rglob("*.po"):
            bring_up_to_date(catalogue)
        super().run()


setup(cmdclass={"build_py": BuildWithCatalogues})
