"""The tables of `sync`: submissions and their versions, attachments, the change feed and the audit.

A submission is named by its first instanceID for good; each edit adds a version with an instanceID of
its own, numbered from 1, and the one numbered `submission.versions` is current.
"""

from forms.base.sqlite import Database, Migrations

migrations = Migrations("sync")

FIRST_TABLES = (
    """
    CREATE TABLE submission (
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL,
        form_id INTEGER NOT NULL REFERENCES form (id),
        instance_id TEXT NOT NULL,
        versions INTEGER NOT NULL DEFAULT 1,
        review_state TEXT CHECK (review_state IN ('edited', 'hasIssues', 'approved', 'rejected')),
        submitter_id INTEGER,
        device_id TEXT NOT NULL DEFAULT '',
        created_at TEXT NOT NULL,
        updated_at TEXT,
        deleted_at TEXT
    ) STRICT
    """,
    "CREATE INDEX submission_by_form ON submission (form_id, created_at) WHERE deleted_at IS NULL",
    """
    CREATE TABLE submission_version (
        id INTEGER PRIMARY KEY,
        submission_id INTEGER NOT NULL REFERENCES submission (id),
        number INTEGER NOT NULL,
        form_id INTEGER NOT NULL,
        instance_id TEXT NOT NULL,
        definition_id INTEGER NOT NULL REFERENCES form_definition (id),
        instance_name TEXT NOT NULL DEFAULT '',
        submitter_id INTEGER,
        device_id TEXT NOT NULL DEFAULT '',
        user_agent TEXT NOT NULL DEFAULT '',
        created_at TEXT NOT NULL,
        xml BLOB NOT NULL,
        UNIQUE (form_id, instance_id),
        UNIQUE (submission_id, number)
    ) STRICT
    """,
    """
    CREATE TABLE submission_attachment (
        version_id INTEGER NOT NULL REFERENCES submission_version (id),
        name TEXT NOT NULL,
        expected INTEGER NOT NULL,
        sha256 TEXT,
        size INTEGER,
        media_type TEXT,
        received_at TEXT,
        PRIMARY KEY (version_id, name)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE submission_conflict (
        id INTEGER PRIMARY KEY,
        submission_id INTEGER NOT NULL REFERENCES submission (id),
        instance_id TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        submitter_id INTEGER,
        device_id TEXT NOT NULL DEFAULT '',
        received_at TEXT NOT NULL,
        xml BLOB NOT NULL,
        UNIQUE (submission_id, instance_id, sha256)
    ) STRICT
    """,
    """
    CREATE TABLE change (
        number INTEGER PRIMARY KEY,
        submission_id INTEGER NOT NULL,
        kind TEXT NOT NULL,
        changed_at TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE bookmark (
        reader TEXT PRIMARY KEY,
        number INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE audit (
        id INTEGER PRIMARY KEY,
        logged_at TEXT NOT NULL,
        action TEXT NOT NULL,
        actor_id INTEGER,
        form_id INTEGER,
        submission_id INTEGER,
        details TEXT NOT NULL DEFAULT '{}'
    ) STRICT
    """,
    "CREATE INDEX audit_by_submission ON audit (submission_id) WHERE submission_id IS NOT NULL",
)


@migrations()
def m001_submissions_changes_and_audit(db: Database) -> None:
    """The first set of tables. The flat tables of the forms are made by `sync.intake.rows` at publishing."""
    for statement in FIRST_TABLES:
        db.execute(statement)


SECOND_TABLES = (
    "ALTER TABLE submission ADD COLUMN cso TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX submission_by_submitter ON submission (submitter_id, created_at)",
    """
    CREATE TABLE submission_comment (
        id INTEGER PRIMARY KEY,
        submission_id INTEGER NOT NULL REFERENCES submission (id),
        actor_id INTEGER,
        body TEXT NOT NULL,
        created_at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX submission_comment_by_submission ON submission_comment (submission_id)",
    """
    CREATE TABLE trial (
        id INTEGER PRIMARY KEY,
        form_id INTEGER NOT NULL REFERENCES form (id),
        instance_id TEXT NOT NULL,
        submitter_id INTEGER,
        device_id TEXT NOT NULL DEFAULT '',
        user_agent TEXT NOT NULL DEFAULT '',
        instance_name TEXT NOT NULL DEFAULT '',
        created_at TEXT NOT NULL,
        xml BLOB NOT NULL,
        UNIQUE (form_id, instance_id)
    ) STRICT
    """,
    """
    CREATE TABLE trial_attachment (
        trial_id INTEGER NOT NULL REFERENCES trial (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        sha256 TEXT,
        size INTEGER,
        media_type TEXT,
        PRIMARY KEY (trial_id, name)
    ) STRICT, WITHOUT ROWID
    """,
    "ALTER TABLE audit ADD COLUMN project_id INTEGER",
    "ALTER TABLE audit ADD COLUMN account_id INTEGER",
    "ALTER TABLE audit ADD COLUMN notes TEXT",
    "CREATE INDEX audit_by_action ON audit (action, id)",
)
"""Comments, trials of drafts (kept apart, so that none is ever counted), and whose CSO a sheet is."""


@migrations()
def m002_comments_trials_and_csos(db: Database) -> None:
    """What reviewing, drafts and the scopes of roles need."""
    for statement in SECOND_TABLES:
        db.execute(statement)


THIRD_TABLES = (
    "CREATE INDEX submission_by_cso ON submission (cso, created_at) WHERE deleted_at IS NULL",
    "CREATE INDEX submission_by_time ON submission (created_at) WHERE deleted_at IS NULL",
    """
    CREATE TABLE decision (
        id INTEGER PRIMARY KEY,
        batch TEXT NOT NULL,
        submission_id INTEGER NOT NULL REFERENCES submission (id),
        version INTEGER NOT NULL,
        before TEXT,
        after TEXT,
        reason TEXT NOT NULL DEFAULT '',
        actor_id INTEGER,
        decided_at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX decision_by_submission ON decision (submission_id)",
    "CREATE INDEX decision_by_batch ON decision (batch)",
)


@migrations()
def m003_decisions_and_the_inbox(db: Database) -> None:
    """Decisions with their reasons, so that they can be undone; the order in which the inbox is read."""
    for statement in THIRD_TABLES:
        db.execute(statement)


FOURTH_TABLES = (
    """
    CREATE TABLE sheet_summary (
        submission_id INTEGER PRIMARY KEY REFERENCES submission (id) ON DELETE CASCADE,
        event_date TEXT NOT NULL,
        place TEXT NOT NULL,
        activity TEXT NOT NULL,
        status TEXT NOT NULL,
        is_held INTEGER NOT NULL,
        people INTEGER NOT NULL,
        men INTEGER,
        women INTEGER,
        boys INTEGER,
        girls INTEGER
    ) STRICT
    """,
    "CREATE INDEX sheet_summary_by_place ON sheet_summary (place, event_date)",
    "CREATE INDEX sheet_summary_by_date ON sheet_summary (event_date)",
)


@migrations()
def m004_summaries(db: Database) -> None:
    """One line of each sheet, so that lists are filtered and shown without reading XML."""
    for statement in FOURTH_TABLES:
        db.execute(statement)


PHONE_EDIT_TABLES = (
    """
    ALTER TABLE submission_conflict ADD COLUMN kind TEXT NOT NULL DEFAULT 'conflict'
        CHECK (kind IN ('conflict', 'outdated_edit'))
    """,
    "ALTER TABLE submission_conflict ADD COLUMN deprecated_id TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE submission_conflict ADD COLUMN user_agent TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE submission_conflict ADD COLUMN cso TEXT NOT NULL DEFAULT ''",
    """
    ALTER TABLE submission_conflict ADD COLUMN outcome TEXT NOT NULL DEFAULT ''
        CHECK (outcome IN ('', 'used', 'left'))
    """,
    "ALTER TABLE submission_conflict ADD COLUMN reason TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE submission_conflict ADD COLUMN settled_by INTEGER",
    "ALTER TABLE submission_conflict ADD COLUMN settled_at TEXT",
    "CREATE INDEX submission_conflict_unsettled ON submission_conflict (submission_id) WHERE outcome = ''",
    "CREATE INDEX submission_conflict_by_instance ON submission_conflict (instance_id)",
    """
    CREATE TABLE submission_conflict_file (
        conflict_id INTEGER NOT NULL REFERENCES submission_conflict (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        md5 TEXT NOT NULL,
        size INTEGER NOT NULL,
        media_type TEXT NOT NULL,
        PRIMARY KEY (conflict_id, name)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE notice_receipt (
        id INTEGER PRIMARY KEY,
        form_id INTEGER NOT NULL REFERENCES form (id),
        instance_id TEXT NOT NULL,
        submitter_id INTEGER,
        device_id TEXT NOT NULL DEFAULT '',
        about TEXT NOT NULL DEFAULT '',
        created_at TEXT NOT NULL,
        UNIQUE (form_id, instance_id)
    ) STRICT
    """,
    "CREATE INDEX notice_receipt_by_phone ON notice_receipt (submitter_id, about)",
    """
    CREATE INDEX submission_to_correct ON submission (submitter_id)
    WHERE review_state = 'hasIssues' AND deleted_at IS NULL
    """,
)


@migrations()
def m010_phone_edits(db: Database) -> None:
    """What phones sent and was not taken, until somebody settles it; receipts of notices, which are no sheets."""
    for statement in PHONE_EDIT_TABLES:
        db.execute(statement)


@migrations()
def m013_returned_sheets(db: Database) -> None:
    """The few sheets that wait for a correction are found without looking at all others."""
    db.execute(
        """
        CREATE INDEX submission_returned ON submission (cso, form_id)
        WHERE review_state = 'hasIssues' AND deleted_at IS NULL
        """
    )


INBOX_COLUMNS = (
    "form_id INTEGER NOT NULL DEFAULT 0",
    "instance_id TEXT NOT NULL DEFAULT ''",
    "definition_id INTEGER NOT NULL DEFAULT 0",
    "versions INTEGER NOT NULL DEFAULT 1",
    "review_state TEXT NOT NULL DEFAULT ''",
    "submitter_id INTEGER",
    "cso TEXT NOT NULL DEFAULT ''",
    "created_at TEXT NOT NULL DEFAULT ''",
    "is_deleted INTEGER NOT NULL DEFAULT 0",
    "words TEXT NOT NULL DEFAULT ''",
)
"""What the inbox filters, counts and orders by, beside what the summary tells of the answers."""

INBOX_TABLES = (
    """
    INSERT INTO sheet_summary (submission_id, event_date, place, activity, status, is_held, people)
    SELECT s.id, '', '', '', '', 1, 0 FROM submission AS s
    JOIN form AS f ON f.id = s.form_id AND NOT f.confidential
    WHERE NOT EXISTS (SELECT 1 FROM sheet_summary AS y WHERE y.submission_id = s.id)
    """,
    """
    UPDATE sheet_summary SET form_id = s.form_id, instance_id = s.instance_id, definition_id = v.definition_id,
        versions = s.versions, review_state = COALESCE(s.review_state, ''), submitter_id = s.submitter_id,
        cso = s.cso, created_at = s.created_at, is_deleted = s.deleted_at IS NOT NULL,
        words = lower(v.instance_name)
    FROM submission AS s
    JOIN submission_version AS v ON v.submission_id = s.id AND v.number = s.versions
    WHERE s.id = sheet_summary.submission_id
    """,
    """
    CREATE TRIGGER sheet_summary_follows AFTER UPDATE OF review_state, versions, cso, deleted_at ON submission
    BEGIN
        UPDATE sheet_summary SET review_state = COALESCE(NEW.review_state, ''), versions = NEW.versions,
            cso = NEW.cso, is_deleted = NEW.deleted_at IS NOT NULL
        WHERE submission_id = NEW.id;
    END
    """,
    "CREATE INDEX sheet_summary_by_receipt ON sheet_summary (created_at)",
    "CREATE INDEX sheet_summary_by_cso ON sheet_summary (cso, created_at)",
    "CREATE INDEX sheet_summary_by_animator ON sheet_summary (submitter_id, event_date)",
    """
    CREATE INDEX sheet_summary_to_decide ON sheet_summary (created_at) WHERE review_state IN ('', 'edited')
    """,
    "DROP INDEX submission_by_cso",
    "DROP INDEX submission_by_time",
)


@migrations()
def m012_the_inbox_from_one_table(db: Database) -> None:
    """Everything that the inbox asks stands in one narrow table, so that any filters are answered by one scan.

    What is decided on the submission follows by a trigger: no writer can forget it. Sheets of before m004 get
    an empty line, so that they are in the list; m020 sees to it that it is filled.
    """
    for column in INBOX_COLUMNS:
        db.execute(f"ALTER TABLE sheet_summary ADD COLUMN {column}")
    for statement in INBOX_TABLES:
        db.execute(statement)


SUMMARIES_TO_MAKE = (
    "CREATE TABLE summary_to_make (submission_id INTEGER PRIMARY KEY) STRICT",
    """
    INSERT INTO summary_to_make
    SELECT submission_id FROM sheet_summary WHERE event_date = '' AND place = '' AND activity = '' AND people = 0
    """,
)


@migrations()
def m020_summaries_to_make(db: Database) -> None:
    """Which sheets were received before there were summaries: the jobs make theirs after the first start."""
    for statement in SUMMARIES_TO_MAKE:
        db.execute(statement)


@migrations()
def m021_sheets_by_month(db: Database) -> None:
    """The months of an organisation are counted, and the sheets of one are found, without reading all others."""
    columns = "\n            (cso, substr(event_date, 1, 7), review_state, form_id)"
    db.execute(f"CREATE INDEX sheet_summary_by_month ON sheet_summary{columns} WHERE is_deleted = 0")


@migrations()
def m023_changes_by_time(db: Database) -> None:
    """What changed since a moment is found without reading all changes; some databases have this index already."""
    db.execute("CREATE INDEX IF NOT EXISTS change_by_time ON change (changed_at, submission_id)")


@migrations()
def m024_organisations_of_older_sheets(db: Database) -> None:
    """Sheets that were received before their organisation was kept get it with their summary, after the first start."""
    db.execute("INSERT OR IGNORE INTO summary_to_make SELECT id FROM submission WHERE cso = ''")


@migrations()
def m025_the_rule_of_summaries(db: Database) -> None:
    """By which derivation and age scheme summaries are made: those that are there were made by none that is kept."""
    db.execute(
        """
        CREATE TABLE summary_rule (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            derivation INTEGER NOT NULL,
            age_scheme TEXT NOT NULL
        ) STRICT
        """
    )
    db.execute("INSERT INTO summary_rule VALUES (1, 0, '18,5-17,18+')")


@migrations()
def m026_changes_of_forms(db: Database) -> None:
    """How often the sheets of a form and an organisation have changed: what the tag of a list is made of."""
    columns = "form_id INTEGER, cso TEXT, count INTEGER NOT NULL, changed_at TEXT NOT NULL"
    db.execute(f"CREATE TABLE form_change ({columns}, PRIMARY KEY (form_id, cso)) STRICT, WITHOUT ROWID")
