"""The tables of `server`: accounts (people and app users), what they may do, sessions, invitations, attempts."""

from forms.sqlite import Database, Migrations

migrations = Migrations("server")

FIRST_TABLES = (
    """
    CREATE TABLE account (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('user', 'app_user')),
        display_name TEXT NOT NULL,
        email TEXT UNIQUE COLLATE NOCASE,
        password_hash TEXT,
        role TEXT NOT NULL,
        project_id INTEGER REFERENCES project (id),
        cso TEXT NOT NULL DEFAULT '',
        language TEXT NOT NULL DEFAULT '',
        token_sha256 TEXT UNIQUE,
        created_at TEXT NOT NULL,
        revoked_at TEXT
    ) STRICT
    """,
    """
    CREATE TABLE session (
        token_sha256 TEXT PRIMARY KEY,
        account_id INTEGER NOT NULL REFERENCES account (id),
        csrf TEXT NOT NULL,
        created_at TEXT NOT NULL,
        expires_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
)


@migrations()
def m001_accounts_and_sessions(db: Database) -> None:
    """The first set of tables. Tokens are kept as SHA-256 only, passwords as argon2 only."""
    for statement in FIRST_TABLES:
        db.execute(statement)


SECOND_TABLES = (
    "ALTER TABLE account ADD COLUMN updated_at TEXT",
    "ALTER TABLE account ADD COLUMN deleted_at TEXT",
    "ALTER TABLE account ADD COLUMN creator_id INTEGER",
    "ALTER TABLE account ADD COLUMN token_hint TEXT NOT NULL DEFAULT ''",
    """
    CREATE TABLE assignment (
        account_id INTEGER NOT NULL REFERENCES account (id),
        role TEXT NOT NULL,
        project_id INTEGER REFERENCES project (id),
        form_id INTEGER REFERENCES form (id)
    ) STRICT
    """,
    """
    CREATE UNIQUE INDEX assignment_once
    ON assignment (account_id, role, COALESCE(project_id, 0), COALESCE(form_id, 0))
    """,
    """
    INSERT INTO assignment (account_id, role, project_id)
    SELECT id, CASE kind WHEN 'user' THEN 'admin' ELSE 'app-user' END, project_id FROM account
    """,
    """
    CREATE TABLE invitation (
        token_sha256 TEXT PRIMARY KEY,
        account_id INTEGER NOT NULL REFERENCES account (id),
        created_at TEXT NOT NULL,
        expires_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE attempt (
        subject TEXT NOT NULL,
        period INTEGER NOT NULL,
        failures INTEGER NOT NULL,
        PRIMARY KEY (subject, period)
    ) STRICT, WITHOUT ROWID
    """,
)


@migrations()
def m002_roles_invitations_and_attempts(db: Database) -> None:
    """Who may do what where; the administrators and phones that are there keep what they could do."""
    for statement in SECOND_TABLES:
        db.execute(statement)


PUBLIC_LINK_TABLES = (
    "ALTER TABLE account RENAME COLUMN kind TO earlier_kind",
    """
    ALTER TABLE account ADD COLUMN kind TEXT NOT NULL DEFAULT 'user'
        CHECK (kind IN ('user', 'app_user', 'public_link'))
    """,
    "UPDATE account SET kind = earlier_kind",
    "ALTER TABLE account DROP COLUMN earlier_kind",
    """
    CREATE TABLE public_link (
        account_id INTEGER PRIMARY KEY REFERENCES account (id),
        form_id INTEGER NOT NULL REFERENCES form (id),
        once INTEGER NOT NULL,
        used_at TEXT
    ) STRICT
    """,
)


@migrations()
def m016_public_links(db: Database) -> None:
    """Links with which a sheet is filled in a browser: accounts of a third kind."""
    for statement in PUBLIC_LINK_TABLES:
        db.execute(statement)
