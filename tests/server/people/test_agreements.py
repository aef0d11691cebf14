"""Who reads referrals is decided by two people: nobody becomes or takes over a case manager alone (§ 11)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from forms.base.by import By
from forms.base.moment import written
from server.base.clock import now
from server.identity import accounts, assignments, invitations, sessions
from server.people import agreeing
from server.store.database import Storage
from tests.fiche_process import Fiche
from tests.server.cast import PASSWORD, Stage, stage
from tests.terminal import main

__all__ = ["stage"]
REFERRAL = "/v1/projects/1/forms/orientation/submissions/uuid%3Acas.xml"


@pytest.fixture
def office(stage: Stage) -> Stage:
    """The cast with a second administrator of long standing, everybody with a password."""
    stage.reset()
    add(stage, "second", "admin")
    long_ago = written(now() - timedelta(days=100))
    with stage.station.storage.writing() as db:
        db.execute("UPDATE account SET password_hash = 'x'")
        db.execute("UPDATE audit SET logged_at = :then", {"then": long_ago})
    return stage


def add(stage: Stage, name: str, role: str) -> None:
    """One more of the cast, made by nobody in particular."""
    with stage.station.storage.writing() as db:
        person = accounts.NewPerson(f"{name}@osc.ml", display_name=name, password=PASSWORD)
        key = accounts.add_person(db, person, now=now())
        assignments.assign(db, key, role)
        stage.ids[name] = key
        stage.tokens[name] = sessions.start_session(db, accounts.find_person(db, key), now=now())[0]


def waiting(stage: Stage) -> list[int]:
    """The numbers of what waits."""
    with stage.station.storage.reading() as db:
        rows = db.execute("SELECT id FROM power_request WHERE outcome = '' ORDER BY id").fetchall()
    return [row[0] for row in rows]


def roles(stage: Stage, name: str) -> set[str]:
    """What somebody is."""
    with stage.station.storage.reading() as db:
        return {given.role for given in assignments.assignments_of(db, stage.ids[name])}


def wishes(stage: Stage) -> list[tuple[str, str, dict[str, Any]]]:
    """Every request by which an administrator would become, or get into the account of, a case manager."""
    admin, case = stage.ids["admin"], stage.ids["case manager"]
    role = {"role": "case-manager", "project": "1"}
    return [
        ("POST", f"/v1/assignments/case-manager/{admin}", {}),
        ("POST", f"/v1/projects/1/assignments/case-manager/{admin}", {}),
        ("POST", f"/v1/projects/1/assignments/21/{admin}", {}),
        ("POST", f"/v1/projects/1/forms/orientation/assignments/case-manager/{admin}", {}),
        ("POST", f"/v1/users/{case}/invitation", {}),
        ("PATCH", f"/v1/users/{case}", {"json": {"email": "mine@osc.ml"}}),
        ("PATCH", f"/v1/users/{case}", {"json": {"cso": "APDF", "displayName": "x"}}),
        ("POST", f"/people/{admin}/role", {"data": role}),
        ("POST", f"/people/{case}/link", {}),
        ("POST", "/people", {"data": {**role, "email": "puppet@osc.ml", "cso": "TAGNE"}}),
    ]


def power(stage: Stage) -> list[Any]:
    """All that decides who reads referrals."""
    with stage.station.storage.reading() as db:
        accounts_of = """
            SELECT a.id, a.email, a.cso, a.password_hash, a.revoked_at, g.project_id, g.form_id FROM account AS a
            JOIN assignment AS g ON g.account_id = a.id WHERE g.role = 'case-manager' ORDER BY 1, 6, 7
        """
        links = """
            SELECT i.account_id FROM invitation AS i JOIN assignment AS g USING (account_id)
            WHERE g.role = 'case-manager'
        """
        return [db.execute(accounts_of).fetchall(), db.execute(links).fetchall()]


def test_no_request_of_one_administrator_gives_power_over_referrals(office: Stage) -> None:
    before = power(office)
    for number, (method, path, more) in enumerate(wishes(office)):
        answer = office.call("admin", method, path, **more)
        assert answer.status_code in (400, 409), path
        assert "two people" in answer.text, path
        assert power(office) == before, path
        assert len(waiting(office)) >= 1 + number // 2, path
    assert office.get("admin", REFERRAL).status_code in (403, 404)
    for number in waiting(office):
        assert office.call("admin", "POST", f"/agreements/{number}/agree").status_code == 400
    assert power(office) == before


def test_a_second_person_agrees_and_every_case_manager_is_told_until_they_have_read_it(office: Stage) -> None:
    stranger = office.ids["stranger"]
    office.call("admin", "POST", f"/v1/projects/1/assignments/case-manager/{stranger}")
    [number] = waiting(office)
    page = office.get("second", "/agreements").text
    assert "stranger (stranger@osc.ml) is to become case manager" in page and "Asked by: admin" in page
    assert office.call("second", "POST", f"/agreements/{number}/agree").status_code == 303
    assert "case-manager" in roles(office, "stranger")
    told = office.get("case manager", "/").text
    assert "admin asked for it and second agreed: stranger" in told
    assert "second agreed" in office.get("case manager", "/account").text
    assert "second agreed" not in office.get("admin", "/").text
    office.call("admin", "POST", f"/agreements/{number}/dismiss")
    assert "second agreed" in office.get("case manager", "/").text, "nobody else puts it aside"
    office.call("case manager", "POST", f"/agreements/{number}/dismiss")
    assert "second agreed" not in office.get("case manager", "/").text
    log = office.get("admin", "/audit?action=user").text
    assert "asked that somebody agree" in log and "agreed to a change of who reads referrals" in log


def test_a_case_manager_agrees_to_a_link_of_their_own_and_gets_it(office: Stage) -> None:
    case = office.ids["case manager"]
    office.call("admin", "POST", f"/v1/users/{case}/invitation")
    [number] = waiting(office)
    assert "waits for somebody to agree" in office.get("case manager", "/").text
    page = office.call("case manager", "POST", f"/agreements/{number}/agree").text
    token = page.partition("/invitation/")[2].partition("<")[0]
    with office.station.storage.reading() as db:
        assert invitations.invited(db, token, now=now()).id == case


def test_an_account_of_ones_own_making_is_no_second_person(office: Stage) -> None:
    """Nor one that was made by such a one, nor one whose way in somebody gave anew."""
    made = []
    for maker, email in (("admin", "one@osc.ml"), ("one@osc.ml", "two@osc.ml")):
        body = {"email": email, "password": PASSWORD}
        key = office.call(maker, "POST", "/v1/users", json=body).get_json()["id"]
        assert office.call(maker, "POST", f"/v1/assignments/admin/{key}").status_code == 200
        with office.station.storage.writing() as db:
            office.tokens[email] = sessions.start_session(db, accounts.find_person(db, key), now=now())[0]
        made.append(email)
    office.call("admin", "POST", f"/v1/users/{office.ids['second']}/invitation")
    office.call("admin", "POST", f"/v1/projects/1/assignments/case-manager/{office.ids['stranger']}")
    [number] = waiting(office)
    for puppet in (*made, "second", "admin", "officer", "coordinator"):
        answer = office.call(puppet, "POST", f"/agreements/{number}/agree")
        assert answer.status_code in (400, 403), puppet
    assert roles(office, "stranger") == set()
    assert office.call("case manager", "POST", f"/agreements/{number}/agree").status_code == 303
    assert roles(office, "stranger") == {"case-manager"}


def test_what_was_agreed_to_is_what_was_asked(office: Stage) -> None:
    """The CSO of the account may not be another one by then."""
    stranger = office.ids["stranger"]
    office.call("admin", "POST", f"/v1/projects/1/assignments/case-manager/{stranger}")
    office.call("admin", "PATCH", f"/v1/users/{stranger}", json={"cso": "TAGNE"})
    [number] = waiting(office)
    assert "Ask anew" in office.call("second", "POST", f"/agreements/{number}/agree").text
    assert roles(office, "stranger") == set()


def test_an_earlier_link_and_session_are_dead_when_the_role_is_given(office: Stage) -> None:
    stranger = office.ids["stranger"]
    link = office.call("admin", "POST", f"/v1/users/{stranger}/invitation").get_json()["invitationUrl"]
    office.call("admin", "POST", f"/v1/projects/1/assignments/case-manager/{stranger}")
    [number] = waiting(office)
    office.call("second", "POST", f"/agreements/{number}/agree")
    assert office.get("nobody", "/invitation/" + link.rpartition("/")[2]).status_code == 404
    assert office.get("stranger", "/v1/users/current").status_code == 401


def test_whoever_asked_takes_it_back_and_others_refuse(office: Stage) -> None:
    for who in ("admin", "second", "case manager"):
        office.call("admin", "POST", f"/v1/projects/1/assignments/case-manager/{office.ids['stranger']}")
        [number] = waiting(office)
        assert office.call("officer", "POST", f"/agreements/{number}/refuse").status_code == 403
        assert office.call(who, "POST", f"/agreements/{number}/refuse").status_code == 303
        assert waiting(office) == [] and roles(office, "stranger") == set()


def test_a_closed_account_of_a_case_manager_is_opened_by_two(office: Stage) -> None:
    case = office.ids["case manager"]
    assert office.call("admin", "DELETE", f"/v1/users/{case}").status_code == 200
    for path, more in ((f"/people/{case}/enable", {}),):
        assert "two people" in office.call("admin", "POST", path, **more).text
    assert office.call("admin", "PATCH", f"/v1/users/{case}", json={"disabled": False}).status_code == 409
    [number] = waiting(office)
    office.call("second", "POST", f"/agreements/{number}/agree")
    with office.station.storage.reading() as db:
        assert not accounts.find_person(db, case).is_disabled


def test_a_command_names_no_case_manager_alone_while_there_is_somebody_to_ask(tmp_path: Path) -> None:
    fiche = Fiche(tmp_path / "fiche")
    first = fiche.json("init", "--json")
    assert fiche.run("people", "requests").stdout.strip() == "Rien n’attend."
    added = ("people", "add", "cas@osc.ml", "--role", "case-manager", "--cso", "TAGNE")
    fiche.run("cso", "add", "TAGNE", "Association Tagné")
    assert fiche.json(*added, "--json") == {"email": "cas@osc.ml", "request": 1}
    assert fiche.json("people", "list", "--json")[1]["roles"] == []
    [told] = fiche.json("people", "requests", "--json")
    assert told["can_agree"] == "admin@fiche.local" and "cas@osc.ml" in told["wish"]
    alone = fiche.run("people", "agree", "1", check=False)
    assert alone.returncode == 1 and "ligne de commande" in alone.stderr
    config = ["--config", str(fiche.config)]
    for password, code in (("wrong", 1), (first["password"], 0)):
        words = ["people", "agree", "1", "--as", "admin@fiche.local", *config]
        result = CliRunner().invoke(main, words, input=f"{password}\n")
        assert result.exit_code == code, result.output
    assert "/invitation/" in result.output
    assert [role["role"] for role in fiche.json("people", "list", "--json")[1]["roles"]] == ["case-manager"]


def test_on_the_machine_one_person_may_agree_where_there_is_nobody_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fiche = Fiche(tmp_path / "fiche")
    fiche.run("init")
    storage = Storage(fiche.folder / "data" / "fiche.db")
    with storage.writing() as db:
        agreeing.ask_for_role(db, 1, By(1, now()), project_id=1)
    storage.close()
    done = fiche.run("people", "agree", "1")
    assert "journal" in done.stdout
    assert "by one person alone" in caplog.text
    with storage.reading() as db:
        [row] = db.execute(
            "SELECT actor_id, details FROM audit WHERE action = 'user.power.agree' ORDER BY id DESC"
        ).fetchall()
    storage.close()
    assert row[0] is None
