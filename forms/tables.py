"""The tables of `forms`: projects, CSOs, forms, their drafts, published versions and media, and the places."""

from forms.base.sqlite import Database, Migrations

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
        deleted_at TEXT
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

SECOND_TABLES = (
    """
    CREATE UNIQUE INDEX form_by_name ON form (project_id, xml_form_id) WHERE deleted_at IS NULL
    """,
    "ALTER TABLE form ADD COLUMN confidential INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE form ADD COLUMN creator_id INTEGER",
    "ALTER TABLE form_definition ADD COLUMN file_type TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE form_definition ADD COLUMN publisher_id INTEGER",
    """
    CREATE TABLE form_draft (
        form_id INTEGER PRIMARY KEY REFERENCES form (id),
        token TEXT NOT NULL UNIQUE,
        version TEXT NOT NULL,
        title TEXT NOT NULL,
        md5 TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        validated INTEGER NOT NULL,
        warnings TEXT NOT NULL,
        file_type TEXT NOT NULL,
        created_at TEXT NOT NULL,
        xml BLOB NOT NULL,
        xlsx BLOB
    ) STRICT
    """,
    """
    CREATE TABLE form_draft_media (
        form_id INTEGER NOT NULL REFERENCES form_draft (form_id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        md5 TEXT NOT NULL,
        size INTEGER NOT NULL,
        media_type TEXT NOT NULL,
        updated_at TEXT NOT NULL,
        PRIMARY KEY (form_id, name)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE cso (
        id INTEGER PRIMARY KEY,
        code TEXT NOT NULL UNIQUE COLLATE NOCASE,
        name TEXT NOT NULL,
        created_at TEXT NOT NULL,
        updated_at TEXT
    ) STRICT
    """,
    """
    CREATE TABLE cso_project (
        cso_id INTEGER NOT NULL REFERENCES cso (id),
        project_id INTEGER NOT NULL REFERENCES project (id),
        PRIMARY KEY (cso_id, project_id)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE zone (
        id INTEGER PRIMARY KEY,
        cso_id INTEGER NOT NULL REFERENCES cso (id),
        place TEXT NOT NULL,
        first_day TEXT NOT NULL,
        last_day TEXT NOT NULL DEFAULT '',
        UNIQUE (cso_id, place, first_day)
    ) STRICT
    """,
)


@migrations()
def m001_projects_forms_and_places(db: Database) -> None:
    """The first set of tables. Times are UTC, ISO 8601 with milliseconds and Z."""
    for statement in FIRST_TABLES:
        db.execute(statement)


@migrations()
def m002_drafts_and_csos(db: Database) -> None:
    """Drafts of forms, confidential forms, and the organisations with their projects and zones.

    The name of a deleted form may be used again, hence the index in place of a constraint.
    """
    for statement in SECOND_TABLES:
        db.execute(statement)


@migrations()
def m010_population(db: Database) -> None:
    """How many people live in a place, where that is known."""
    db.execute("ALTER TABLE place ADD COLUMN population INTEGER")


FORM_WITHOUT_CONSTRAINT = (
    "PRAGMA defer_foreign_keys = ON",  # the forms are gone until they are put back, in this transaction
    "CREATE TEMP TABLE form_kept AS SELECT * FROM form",
    "DROP TABLE form",
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
        confidential INTEGER NOT NULL DEFAULT 0,
        creator_id INTEGER
    ) STRICT
    """,
    """
    INSERT INTO form (id, project_id, xml_form_id, state, table_name, current_definition_id, created_at,
        updated_at, deleted_at, confidential, creator_id)
    SELECT id, project_id, xml_form_id, state, table_name, current_definition_id, created_at,
        updated_at, deleted_at, confidential, creator_id
    FROM form_kept
    """,
    "DROP TABLE form_kept",
    "CREATE UNIQUE INDEX form_by_name ON form (project_id, xml_form_id) WHERE deleted_at IS NULL",
)


@migrations()
def m023_names_of_deleted_forms(db: Database) -> None:
    """In a database of the first version, too, the name of a deleted form may be used again.

    Its tables were made with a constraint that m001 no longer has: m001 was changed after it had been run.
    """
    constraint = db.execute(
        "SELECT 1 FROM sqlite_master WHERE name = 'form' AND sql LIKE '%UNIQUE (project_id, xml_form_id)%'"
    ).fetchone()
    if constraint:
        for statement in FORM_WITHOUT_CONSTRAINT:
            db.execute(statement)


MEMORY_OF_PLACES = (
    "ALTER TABLE place ADD COLUMN aliases TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE place ADD COLUMN valid_from TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE place ADD COLUMN valid_to TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE place ADD COLUMN successor TEXT NOT NULL DEFAULT ''",
    """
    CREATE TABLE place_version (
        id INTEGER PRIMARY KEY,
        actor_id INTEGER,
        file_name TEXT NOT NULL,
        first_month TEXT NOT NULL,
        imported_at TEXT NOT NULL,
        undone_at TEXT,
        undone_by INTEGER
    ) STRICT
    """,
    """
    CREATE TABLE place_change (
        version_id INTEGER NOT NULL REFERENCES place_version (id),
        code TEXT NOT NULL,
        before TEXT,
        after TEXT,
        PRIMARY KEY (version_id, code)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE place_on_map (
        map TEXT NOT NULL CHECK (map IN ('then', 'now')),
        code TEXT NOT NULL,
        first_month TEXT NOT NULL,
        last_month TEXT NOT NULL,
        region TEXT NOT NULL,
        cercle TEXT NOT NULL,
        commune TEXT NOT NULL,
        village TEXT NOT NULL,
        PRIMARY KEY (map, code, first_month)
    ) STRICT, WITHOUT ROWID
    """,
    """
    INSERT INTO place_on_map (map, code, first_month, last_month, region, cercle, commune, village)
    SELECT m.value, code, '', '9999-12', region, cercle, commune, village
    FROM place CROSS JOIN json_each('["then", "now"]') AS m
    """,
    """
    CREATE TABLE place_upload (
        token TEXT PRIMARY KEY,
        actor_id INTEGER,
        file_name TEXT NOT NULL,
        content BLOB NOT NULL,
        uploaded_at TEXT NOT NULL
    ) STRICT
    """,
)
"""Each import of places by what it changed, and where a place stands on the map of each month and of today.

`place_version.first_month` is that from which the imported map is in force, "" where it mends the one before;
`before` and `after` hold a place as JSON. `place_on_map` is derived (`forms/places/place_maps.py`).
"""


@migrations()
def m030_places_with_a_memory(db: Database) -> None:
    """Places have other names, first and last days and successors; imports can be undone."""
    for statement in MEMORY_OF_PLACES:
        db.execute(statement)


PROJECT_CODES = (
    "ALTER TABLE project ADD COLUMN code TEXT NOT NULL DEFAULT ''",
    """
    UPDATE project SET code = lower(replace(replace(replace(replace(replace(replace(replace(replace(
        substr(trim(name), 1, 50), 'é', 'e'), 'è', 'e'), 'ê', 'e'), 'à', 'a'), 'ç', 'c'), 'û', 'u'), 'ï', 'i'),
        ' ', '-'))
    """,
    """
    UPDATE project SET code = 'project-' || id
    WHERE code = '' OR code GLOB '*[^a-z0-9-]*'
        OR EXISTS (SELECT 1 FROM project AS older WHERE older.code = project.code AND older.id < project.id)
    """,
    "CREATE UNIQUE INDEX project_by_code ON project (code) WHERE code <> ''",
)
"""Made from the names; where a name gives none, or another project's, from the number."""


@migrations()
def m031_project_codes(db: Database) -> None:
    """A project has a code by which other servers know it, whatever number it has here."""
    for statement in PROJECT_CODES:
        db.execute(statement)
