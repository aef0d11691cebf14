"""The tables of `server`: accounts (people and app users) and the sessions of people."""

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
