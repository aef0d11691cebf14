"""Who may come in: people by a password or a session, phones by a token; and when they no longer may."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from forms.base.sqlite import Database
from server.identity import accounts, app_users, assignments, sessions
from server.identity.accounts import EmailTaken
from server.identity.app_users import AppUserUnknown
from server.identity.password import hash_password, is_password, new_password, new_token
from server.settings.door import SessionSettings
from tests.station import Station

NOW = datetime(2020, 3, 8, 9, 0, tzinfo=UTC)


@pytest.fixture
def db(station: Station) -> Iterator[Database]:
    """The tables, in a transaction."""
    with station.storage.writing() as db:
        yield db


def everything(db: Database) -> str:
    """All that the two tables hold."""
    return str([*db.query("SELECT * FROM account"), *db.query("SELECT * FROM session")])


def test_a_person_comes_in_with_the_right_password_alone(db: Database) -> None:
    accounts.add_administrator(db, "awa@osc.ml", "mot de passe", now=NOW)
    person = accounts.person_with(db, "AWA@osc.ml", "mot de passe")
    assert person
    assert (person.email, person.kind) == ("awa@osc.ml", "user")
    assert [assignment.role for assignment in assignments.assignments_of(db, person.id)] == ["admin"]
    assert accounts.person_with(db, "awa@osc.ml", "mot de passE") is None
    assert accounts.person_with(db, "nobody@osc.ml", "mot de passe") is None
    assert accounts.person_with(db, "nobody@osc.ml", "nobody has this password") is None


def test_an_email_has_one_account(db: Database) -> None:
    accounts.add_administrator(db, "awa@osc.ml", "a", now=NOW)
    with pytest.raises(EmailTaken):
        accounts.add_administrator(db, "Awa@OSC.ml", "b", now=NOW)
    assert [administrator.email for administrator in accounts.administrators(db)] == ["awa@osc.ml"]


def test_a_session_lasts_its_hours_or_until_its_person_leaves(db: Database) -> None:
    accounts.add_administrator(db, "awa@osc.ml", "a", now=NOW)
    [person] = accounts.administrators(db)
    limits = SessionSettings(hours=8, idle_minutes=480)
    token, session = sessions.start_session(db, person, now=NOW, limits=limits)
    assert (
        sessions.find_session(db, token, now=NOW + timedelta(hours=7, minutes=59), limits=limits) == session
    )
    assert sessions.find_session(db, token, now=NOW + timedelta(hours=8), limits=limits) is None
    assert sessions.find_session(db, "other", now=NOW) is None
    assert sessions.end_session(db, token)
    assert not sessions.end_session(db, token)
    assert sessions.find_session(db, token, now=NOW) is None


def test_a_session_that_rests_is_over_and_one_that_is_used_goes_on(db: Database) -> None:
    accounts.add_administrator(db, "awa@osc.ml", "a", now=NOW)
    [person] = accounts.administrators(db)
    limits = SessionSettings(hours=12, idle_minutes=60)
    rested, _ = sessions.start_session(db, person, now=NOW, limits=limits)
    used, _ = sessions.start_session(db, person, now=NOW, limits=limits)
    for minutes in range(50, 500, 50):
        now = NOW + timedelta(minutes=minutes)
        found = sessions.find_session(db, used, now=now, limits=limits)
        assert found is not None and sessions.is_to_be_noted(found, now)
        sessions.note_use(db, used, now=now)
    assert sessions.find_session(db, rested, now=NOW + timedelta(minutes=61), limits=limits) is None
    late = NOW + timedelta(minutes=500)
    assert len(sessions.sessions_of(db, person.id, now=late, limits=limits)) == 1


def test_sessions_that_are_over_are_swept_away(db: Database) -> None:
    accounts.add_administrator(db, "awa@osc.ml", "a", now=NOW)
    [person] = accounts.administrators(db)
    sessions.start_session(db, person, now=NOW)
    sessions.start_session(db, person, now=NOW + timedelta(days=2))
    assert db.execute("SELECT COUNT(*) FROM session").fetchone() == (1,)


def test_a_phone_is_known_by_its_token_until_it_is_withdrawn(db: Database, station: Station) -> None:
    number, token = app_users.add_app_user(
        db, station.project_id, app_users.NewPhone(display_name="Awa", language="fr"), now=NOW
    )
    phone = app_users.app_user_by_token(db, token)
    assert phone
    assert (phone.id, phone.display_name, phone.language) == (number, "Awa", "fr")
    app_users.revoke_app_user(db, number, now=NOW)
    assert app_users.app_user_by_token(db, token) is None
    with pytest.raises(AppUserUnknown):
        app_users.revoke_app_user(db, number, now=NOW)
    with pytest.raises(AppUserUnknown):
        app_users.revoke_app_user(db, 999, now=NOW)


def test_phones_in_service_stand_first_in_the_list(db: Database, station: Station) -> None:
    numbers = [
        app_users.add_app_user(db, station.project_id, app_users.NewPhone(display_name=name), now=NOW)[0]
        for name in "abc"
    ]
    app_users.revoke_app_user(db, numbers[2], now=NOW)
    listed = app_users.app_users(db, station.project_id)
    assert [(account.display_name, account.is_revoked) for account in listed] == [
        ("b", False),
        ("a", False),
        ("c", True),
    ]
    assert app_users.app_users(db, 999) == []


def test_a_phone_that_was_withdrawn_by_mistake_comes_back_with_its_code(
    db: Database, station: Station
) -> None:
    number, token = app_users.add_app_user(
        db, station.project_id, app_users.NewPhone(display_name="Awa"), now=NOW
    )
    app_users.revoke_app_user(db, number, now=NOW)
    assert app_users.app_user_by_token(db, token) is None
    assert app_users.find_app_user(db, number).keeps_code
    app_users.restore_app_user(db, number, now=NOW)
    assert app_users.app_user_by_token(db, token)
    with pytest.raises(AppUserUnknown):
        app_users.restore_app_user(db, number, now=NOW)  # it is in service
    app_users.revoke_app_user(db, number, now=NOW)
    other = app_users.renew_token(db, number, now=NOW)
    app_users.revoke_app_user(db, number, now=NOW)
    app_users.restore_app_user(db, number, now=NOW)
    assert app_users.app_user_by_token(db, other), "the newest code"
    assert app_users.app_user_by_token(db, token) is None, "never an older one"
    app_users.delete_app_user(db, number, now=NOW)
    with pytest.raises(AppUserUnknown):
        app_users.restore_app_user(db, number, now=NOW)


def test_a_person_cannot_be_withdrawn_as_if_it_were_a_phone(db: Database) -> None:
    number = accounts.add_administrator(db, "awa@osc.ml", "a", now=NOW)
    with pytest.raises(AppUserUnknown):
        app_users.revoke_app_user(db, number, now=NOW)


def test_no_token_and_no_password_is_kept(db: Database, station: Station) -> None:
    accounts.add_administrator(db, "awa@osc.ml", "mot de passe", now=NOW)
    [person] = accounts.administrators(db)
    tokens = [
        sessions.start_session(db, person, now=NOW)[0],
        app_users.add_app_user(db, station.project_id, app_users.NewPhone(display_name="Awa"), now=NOW)[1],
    ]
    kept = everything(db)
    assert not any(secret in kept for secret in [*tokens, "mot de passe"])


def test_the_query_of_every_request_uses_the_tokens_index(db: Database) -> None:
    plan = db.execute(
        "EXPLAIN QUERY PLAN SELECT id FROM account WHERE token_sha256 = 'x' AND revoked_at IS NULL"
    ).fetchall()
    assert "SEARCH account USING INDEX" in str(plan)


def test_passwords_are_hashed_with_the_small_machines_profile_and_never_alike() -> None:
    kept = hash_password("mot de passe")
    assert "argon2id" in kept
    assert "m=19456,t=2,p=1" in kept
    assert kept != hash_password("mot de passe")
    assert is_password("mot de passe", kept)
    assert not is_password("mot de passe", "no hash")


def test_what_is_made_is_long_and_can_be_read_from_paper_and_written_in_an_address() -> None:
    assert len({new_token() for _ in range(100)}) == 100
    token, password = new_token(), new_password()
    assert len(token) == 64
    assert token.replace("-", "").replace("_", "").isalnum()
    assert len(password) == 14
    assert not set(password) & set("0O1lIio")
