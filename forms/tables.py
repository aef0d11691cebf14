"""The tables of `forms`: projects, forms, their published versions and media, and the places."""

from forms.sqlite import Database, Migrations

migrations = Migrations("forms")

FIRST_TABLES = (
    """
    CREATE TABLE project (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        description TEXT NOT NULL DEFAULT '',
        archived INTEGER NOT NULL DEFAULT 0,
        created_at TEXT NOT NULL,
        updated_at TEXT,
        deleted_at TEXT
    ) STRICT
    """,
    """
    CREATE TABLE form (
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL REFERENCES project (id),
        xml_form_id TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'closing', 'closed')),
        table_name TEXT NOT NULL UNIQUE,
        current_definition_id INTEGER REFERENCES form_definition (id),
        created_at TEXT NOT NULL,
        updated_at TEXT,
        deleted_at TEXT,
        UNIQUE (project_id, xml_form_id)
    ) STRICT
    """,
    """
    CREATE TABLE form_definition (
        id INTEGER PRIMARY KEY,
        form_id INTEGER NOT NULL REFERENCES form (id),
        version TEXT NOT NULL,
        title TEXT NOT NULL,
        md5 TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        validated INTEGER NOT NULL,
        warnings TEXT NOT NULL DEFAULT '[]',
        published_at TEXT NOT NULL,
        xml BLOB NOT NULL,
        xlsx BLOB,
        UNIQUE (form_id, version)
    ) STRICT
    """,
    """
    CREATE TABLE form_media (
        definition_id INTEGER NOT NULL REFERENCES form_definition (id),
        name TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        md5 TEXT NOT NULL,
        size INTEGER NOT NULL,
        media_type TEXT NOT NULL,
        PRIMARY KEY (definition_id, name)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE form_column (
        form_id INTEGER NOT NULL REFERENCES form (id),
        path TEXT NOT NULL,
        storage TEXT NOT NULL CHECK (storage IN ('INTEGER', 'REAL', 'TEXT', 'TABLE')),
        table_name TEXT NOT NULL,
        column_name TEXT NOT NULL,
        PRIMARY KEY (form_id, path, storage)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE place (
        code TEXT PRIMARY KEY,
        level TEXT NOT NULL CHECK (level IN ('region', 'cercle', 'commune', 'village')),
        name TEXT NOT NULL,
        parent TEXT NOT NULL,
        region TEXT NOT NULL,
        cercle TEXT NOT NULL,
        commune TEXT NOT NULL,
        village TEXT NOT NULL,
        cso TEXT NOT NULL,
        latitude REAL,
        longitude REAL
    ) STRICT, WITHOUT ROWID
    """,
)


@migrations()
def m001_projects_forms_and_places(db: Database) -> None:
    """The first set of tables. Times are UTC, ISO 8601 with milliseconds and Z."""
    for statement in FIRST_TABLES:
        db.execute(statement)
