"""A server that cannot listen where it should says why, and what to do; each cause is the machine's own."""

import subprocess
import sys

import pytest

from tests.fiche_process import FICHE, Fiche

WITHOUT_THE_RIGHT = ("setpriv", "--bounding-set=-net_bind_service", "--inh-caps=-net_bind_service")
"""Whoever runs what follows may not listen on ports below 1024, root neither."""
TRIES_PORT_80 = "import socket; socket.socket().bind(('127.0.0.1', 80))"


@pytest.fixture(scope="module")
def fiche(tmp_path_factory: pytest.TempPathFactory) -> Fiche:
    """An installation that does not run."""
    fiche = Fiche(tmp_path_factory.mktemp("port") / "fiche")
    fiche.init()
    return fiche


def refused(fiche: Fiche, bind: str, within: tuple[str, ...] = (), *, in_words: str = "fr_FR.UTF-8") -> str:
    """What a server says that is to listen there, and cannot."""
    fiche.config.write_text(f'[server]\nbind = "{bind}"\n')
    done = subprocess.run(
        [*within, str(FICHE), "serve", "--config", str(fiche.config)],
        capture_output=True,
        text=True,
        timeout=60,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": in_words},
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert f"http://{bind}" not in done.stderr  # nobody is told to come
    return done.stderr


def test_an_address_that_this_machine_does_not_have_is_named(fiche: Fiche) -> None:
    told = refused(fiche, "203.0.113.77:8574")
    assert "Cette machine n’a pas l’adresse 203.0.113.77." in told
    assert "0.0.0.0:8574" in told
    assert str(fiche.config) in told
    assert "répond déjà" not in told


def test_a_name_that_nobody_knows_is_no_address_of_this_machine(fiche: Fiche) -> None:
    assert "This machine has no address nobody.invalid." in refused(
        fiche, "nobody.invalid:8574", in_words="C.UTF-8"
    )


def test_a_port_that_needs_a_right_is_told_as_such(fiche: Fiche) -> None:
    tried = subprocess.run(
        [*WITHOUT_THE_RIGHT, sys.executable, "-c", TRIES_PORT_80], capture_output=True, text=True
    )
    if "PermissionError" not in tried.stderr:
        pytest.skip("this machine keeps no right of a port back, or takes none away")
    told = refused(fiche, "127.0.0.1:80", WITHOUT_THE_RIGHT)
    assert "Vous n’avez pas le droit d’écouter sur le port 80" in told
    assert "8383" in told
    assert "répond déjà" not in told


def test_a_port_that_is_taken_is_told_before_anybody_is_told_to_come(fiche: Fiche) -> None:
    other = Fiche(fiche.folder.parent / "other")
    other.init()
    other.start()
    try:
        assert f"Quelque chose répond déjà à 127.0.0.1:{other.port}" in refused(
            fiche, f"127.0.0.1:{other.port}"
        )
    finally:
        other.kill()
