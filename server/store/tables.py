"""The tables of `server`: accounts (people and app users), what they may do, sessions, invitations, attempts."""

from forms.base.sqlite import Database, Migrations

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


PHONES_SEEN = (
    "ALTER TABLE account ADD COLUMN last_seen_at TEXT",
    "ALTER TABLE account ADD COLUMN list_md5 TEXT NOT NULL DEFAULT ''",
)


@migrations()
def m010_phones_seen(db: Database) -> None:
    """When a phone last asked for its forms, and which list of sheets to correct it holds."""
    for statement in PHONES_SEEN:
        db.execute(statement)


@migrations()
def m013_reminder_mails(db: Database) -> None:
    """Which reminder went to whom in which week, so that nobody is written to twice."""
    db.execute(
        """
        CREATE TABLE reminder_mail (
            project_id INTEGER NOT NULL,
            account_id INTEGER NOT NULL REFERENCES account (id),
            week TEXT NOT NULL,
            tried_at TEXT NOT NULL,
            sent_at TEXT,
            error TEXT NOT NULL DEFAULT '',
            is_empty INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY (project_id, account_id, week)
        ) STRICT, WITHOUT ROWID
        """
    )


@migrations()
def m012_saved_views(db: Database) -> None:
    """Filters of the inbox that a person keeps under a name; one of them may be what the inbox opens with."""
    db.execute(
        """
        CREATE TABLE saved_view (
            id INTEGER PRIMARY KEY,
            account_id INTEGER NOT NULL REFERENCES account (id),
            project_id INTEGER NOT NULL REFERENCES project (id),
            name TEXT NOT NULL,
            filters TEXT NOT NULL,
            is_default INTEGER NOT NULL DEFAULT 0,
            UNIQUE (account_id, project_id, name)
        ) STRICT
        """
    )


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


POWER_TABLES = (
    """
    CREATE TABLE power_request (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        account_id INTEGER NOT NULL REFERENCES account (id),
        details TEXT NOT NULL,
        asker_id INTEGER REFERENCES account (id),
        asked_at TEXT NOT NULL,
        outcome TEXT NOT NULL DEFAULT '',
        decider_id INTEGER REFERENCES account (id),
        decided_at TEXT
    ) STRICT
    """,
    """
    CREATE TABLE power_notice (
        account_id INTEGER NOT NULL REFERENCES account (id),
        request_id INTEGER NOT NULL REFERENCES power_request (id),
        dismissed_at TEXT,
        PRIMARY KEY (account_id, request_id)
    ) STRICT, WITHOUT ROWID
    """,
)


@migrations()
def m027_requests_for_a_second_person(db: Database) -> None:
    """What nobody does alone with the accounts of case managers, and whom of them to tell of it."""
    for statement in POWER_TABLES:
        db.execute(statement)


@migrations()
def m028_known_browsers(db: Database) -> None:
    """In which browsers a person has signed in, so that guesses from elsewhere do not keep them out."""
    db.execute(
        """
        CREATE TABLE device (
            token_sha256 TEXT PRIMARY KEY,
            account_id INTEGER NOT NULL REFERENCES account (id),
            seen_at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID
        """
    )


@migrations()
def m029_sessions_that_rest(db: Database) -> None:
    """When a session last asked for something; those that are there have just done so."""
    db.execute("ALTER TABLE session ADD COLUMN seen_at TEXT NOT NULL DEFAULT ''")
    db.execute("UPDATE session SET seen_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')")


@migrations()
def m030_budgets_of_a_day(db: Database) -> None:
    """How much each phone and each public link has sent on its last day."""
    db.execute(
        """
        CREATE TABLE sent_today (
            account_id INTEGER NOT NULL REFERENCES account (id),
            day TEXT NOT NULL,
            sheets INTEGER NOT NULL,
            size INTEGER NOT NULL,
            PRIMARY KEY (account_id, day)
        ) STRICT, WITHOUT ROWID
        """
    )
