"""The tables of `aggregates`: records, facts, tallies, findings and the record of each roll-up.

All but decisions on flags and the plan are derived from the raw XML and the review decisions; `fiche rebuild`
makes them again.
`cell` and `grain` spell out what a number means; their keys are digests of their own columns, so that
a rebuild in another order gives the same tables (`sync.counting.cell.key_of`). `tally` adds up numbers;
`sheet_tally` counts the sheets that state any of a measure, which its cells cannot tell (a sheet fills
several).

A migration is frozen text: it stays as it was when it was first run, calls no other code and touches only the
tables of this package. What is kept for speed alone is made by no migration (`aggregates.tallies.materialized_views`).
"""

from forms.base.sqlite import Database, Migrations

migrations = Migrations("aggregates")

FIRST_TABLES = (
    """
    CREATE TABLE cell (
        id INTEGER PRIMARY KEY,
        measure TEXT NOT NULL,
        unit TEXT NOT NULL,
        reach TEXT NOT NULL,
        subset TEXT NOT NULL,
        sex TEXT NOT NULL,
        age_band TEXT NOT NULL,
        facts INTEGER NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE grain (
        id INTEGER PRIMARY KEY,
        month TEXT NOT NULL,
        project_id INTEGER NOT NULL,
        form TEXT NOT NULL,
        place TEXT NOT NULL,
        cso TEXT NOT NULL,
        activity TEXT NOT NULL,
        setting TEXT NOT NULL,
        programme TEXT NOT NULL,
        mechanism TEXT NOT NULL,
        category TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE record (
        submission_id INTEGER NOT NULL,
        number INTEGER NOT NULL,
        grain_id INTEGER NOT NULL,
        event_date TEXT NOT NULL,
        status TEXT NOT NULL,
        review TEXT NOT NULL
            CHECK (review IN ('received', 'edited', 'has_issues', 'approved', 'rejected')),
        PRIMARY KEY (submission_id, number)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX record_by_grain ON record (grain_id)",
    """
    CREATE TABLE fact (
        submission_id INTEGER NOT NULL,
        record INTEGER NOT NULL,
        cell_id INTEGER NOT NULL,
        n INTEGER NOT NULL,
        PRIMARY KEY (submission_id, record, cell_id)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE tally (
        grain_id INTEGER NOT NULL,
        cell_id INTEGER NOT NULL,
        received INTEGER NOT NULL,
        edited INTEGER NOT NULL,
        has_issues INTEGER NOT NULL,
        approved INTEGER NOT NULL,
        sheets INTEGER NOT NULL,
        approved_sheets INTEGER NOT NULL,
        PRIMARY KEY (grain_id, cell_id)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE sheet_tally (
        grain_id INTEGER NOT NULL,
        measure TEXT NOT NULL,
        unit TEXT NOT NULL,
        reach TEXT NOT NULL,
        subset TEXT NOT NULL,
        sheets INTEGER NOT NULL,
        approved_sheets INTEGER NOT NULL,
        PRIMARY KEY (grain_id, measure, unit, reach, subset)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE finding (
        submission_id INTEGER NOT NULL,
        rule TEXT NOT NULL,
        path TEXT NOT NULL,
        details TEXT NOT NULL,
        PRIMARY KEY (submission_id, rule, path)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE rollup_run (
        id INTEGER PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('incremental', 'full')),
        started_at TEXT NOT NULL,
        ended_at TEXT,
        submissions INTEGER NOT NULL DEFAULT 0,
        facts INTEGER NOT NULL DEFAULT 0,
        tallies INTEGER NOT NULL DEFAULT 0,
        error TEXT
    ) STRICT
    """,
)


@migrations()
def m001_facts_and_tallies(db: Database) -> None:
    """The first set of tables."""
    for statement in FIRST_TABLES:
        db.execute(statement)


SECOND_TABLES = (
    """
    CREATE TABLE flag_decision (
        submission_id INTEGER NOT NULL,
        rule TEXT NOT NULL,
        path TEXT NOT NULL,
        details TEXT NOT NULL,
        decision TEXT NOT NULL CHECK (decision IN ('accepted', 'correction', 'rejected')),
        reason TEXT NOT NULL,
        actor_id INTEGER,
        decided_at TEXT NOT NULL,
        PRIMARY KEY (submission_id, rule, path)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE plan_import (
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL,
        file_name TEXT NOT NULL,
        actor_id INTEGER,
        imported_at TEXT NOT NULL,
        undone_at TEXT
    ) STRICT
    """,
    """
    CREATE TABLE plan_row (
        import_id INTEGER NOT NULL REFERENCES plan_import (id),
        number INTEGER NOT NULL,
        cso TEXT NOT NULL,
        month TEXT NOT NULL,
        day TEXT NOT NULL,
        place TEXT NOT NULL,
        form TEXT NOT NULL,
        activity TEXT NOT NULL,
        animator TEXT NOT NULL,
        sessions INTEGER NOT NULL,
        people INTEGER,
        men INTEGER,
        women INTEGER,
        boys INTEGER,
        girls INTEGER,
        PRIMARY KEY (import_id, number)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX plan_row_by_month ON plan_row (cso, month)",
)


@migrations()
def m002_decisions_on_flags_and_the_plan(db: Database) -> None:
    """What people decide and plan: none of it is derived."""
    for statement in SECOND_TABLES:
        db.execute(statement)


COMPILATION_TABLES = (
    """
    CREATE TABLE compilation_step (
        id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL,
        cso TEXT NOT NULL,
        month TEXT NOT NULL,
        number INTEGER NOT NULL,
        action TEXT NOT NULL CHECK (action IN ('submit', 'take_back', 'validate', 'reopen')),
        actor_id INTEGER,
        actor_name TEXT NOT NULL,
        actor_role TEXT NOT NULL,
        remark TEXT NOT NULL,
        taken_at TEXT NOT NULL,
        digest TEXT NOT NULL DEFAULT '',
        contents TEXT,
        UNIQUE (project_id, cso, month, number)
    ) STRICT
    """,
    """
    CREATE TABLE frozen_count (
        submission_id INTEGER NOT NULL,
        step_id INTEGER NOT NULL REFERENCES compilation_step (id) ON DELETE CASCADE,
        month TEXT NOT NULL,
        measure TEXT NOT NULL,
        form TEXT NOT NULL,
        instance_id TEXT NOT NULL,
        men INTEGER NOT NULL,
        women INTEGER NOT NULL,
        boys INTEGER NOT NULL,
        girls INTEGER NOT NULL,
        others INTEGER NOT NULL,
        people INTEGER NOT NULL,
        PRIMARY KEY (submission_id, step_id, month, measure)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX frozen_count_by_step ON frozen_count (step_id, month)",
    "CREATE INDEX grain_by_month ON grain (project_id, month)",
)
"""Steps of signing and what was frozen with them; `contents` is the sheet as it was signed, and never changes."""


@migrations()
def m016_compilations(db: Database) -> None:
    """Signed compilation sheets: none of it is derived."""
    for statement in COMPILATION_TABLES:
        db.execute(statement)


QUALITY_TABLES = (
    """
    CREATE TABLE record_with_held (
        submission_id INTEGER NOT NULL,
        number INTEGER NOT NULL,
        grain_id INTEGER NOT NULL,
        event_date TEXT NOT NULL,
        status TEXT NOT NULL,
        review TEXT NOT NULL
            CHECK (review IN ('received', 'edited', 'has_issues', 'approved', 'rejected', 'held')),
        PRIMARY KEY (submission_id, number)
    ) STRICT, WITHOUT ROWID
    """,
    "INSERT INTO record_with_held SELECT * FROM record",
    "DROP TABLE record",
    "ALTER TABLE record_with_held RENAME TO record",
    "CREATE INDEX record_by_grain ON record (grain_id)",
    """
    CREATE TABLE neighbour (
        submission_id INTEGER PRIMARY KEY,
        project_id INTEGER NOT NULL,
        form_id INTEGER NOT NULL,
        instance_id TEXT NOT NULL,
        cso TEXT NOT NULL,
        animator_id INTEGER,
        day INTEGER NOT NULL,
        month INTEGER NOT NULL,
        place TEXT NOT NULL,
        activity TEXT NOT NULL,
        people INTEGER NOT NULL,
        cells TEXT NOT NULL,
        is_round INTEGER NOT NULL,
        started INTEGER,
        ended INTEGER,
        minutes INTEGER,
        received_at TEXT NOT NULL,
        counts INTEGER NOT NULL,
        photos TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX neighbour_by_place ON neighbour (place, day)",
    "CREATE INDEX neighbour_by_cells ON neighbour (place, cells, day)",
    """
    CREATE INDEX neighbour_by_animator ON neighbour (animator_id, form_id, day, received_at, submission_id)
    """,
    "CREATE INDEX neighbour_by_size ON neighbour (form_id, cso, activity, month, people, counts)",
    """
    CREATE TABLE neighbour_photo (
        sha256 TEXT NOT NULL,
        submission_id INTEGER NOT NULL,
        PRIMARY KEY (sha256, submission_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX neighbour_photo_by_submission ON neighbour_photo (submission_id)",
    """
    CREATE TABLE usual_size (
        form_id INTEGER NOT NULL,
        cso TEXT NOT NULL,
        activity TEXT NOT NULL,
        month INTEGER NOT NULL,
        sheets INTEGER NOT NULL,
        median INTEGER NOT NULL,
        PRIMARY KEY (form_id, cso, activity, month)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE TABLE to_compare (submission_id INTEGER PRIMARY KEY) STRICT",
)
"""Sheets as their neighbours see them, what is usual, and the sheets that are still to be compared."""


@migrations()
def m010_quality(db: Database) -> None:
    """What the rules among sheets need, and a review class for sheets that are held back."""
    for statement in QUALITY_TABLES:
        db.execute(statement)


@migrations()
def m013_plan_uploads(db: Database) -> None:
    """A plan's file between its preview and its confirmation; it goes with either, or after a day."""
    db.execute(
        """
        CREATE TABLE plan_upload (
            token TEXT PRIMARY KEY,
            project_id INTEGER NOT NULL,
            actor_id INTEGER,
            file_name TEXT NOT NULL,
            content BLOB NOT NULL,
            uploaded_at TEXT NOT NULL
        ) STRICT
        """
    )


@migrations()
def m013_records_by_grain_and_review(db: Database) -> None:
    """Sheets are counted by review class without reading their records."""
    db.execute("DROP INDEX record_by_grain")
    db.execute("CREATE INDEX record_by_grain ON record (grain_id, review)")
    db.execute("CREATE INDEX record_of_repeat_by_grain ON record (grain_id, review) WHERE number > 0")


@migrations()
def m021_shelves(db: Database) -> None:
    """Made the first coarser sums beside the tallies, which every start makes today as they are declared."""


@migrations()
def m022_neighbours_in_order(db: Database) -> None:
    """The earliest neighbours of a sheet are found without going through all of them, however many are alike."""
    for name in ("place", "cells", "animator"):
        db.execute(f"DROP INDEX neighbour_by_{name}")
    for name, columns in {
        "place": "place, form_id, day, counts, received_at, submission_id",
        "cells": "place, cells, form_id, day, counts, received_at, submission_id",
        "animator": "animator_id, form_id, day, received_at, submission_id, counts",
        "month": "place, month, received_at, submission_id, counts, people",
    }.items():
        db.execute(f"CREATE INDEX neighbour_by_{name} ON neighbour ({columns})")


@migrations()
def m023_materialized_views(db: Database) -> None:
    """Of which declaration each coarser sum beside the tallies is (`aggregates.tallies.materialized_views`)."""
    db.execute(
        "CREATE TABLE materialized_view (name TEXT PRIMARY KEY, digest TEXT NOT NULL) STRICT, WITHOUT ROWID"
    )


FROZEN_TABLES = (
    """
    CREATE TABLE frozen_cell (
        id INTEGER PRIMARY KEY,
        measure TEXT NOT NULL,
        unit TEXT NOT NULL,
        reach TEXT NOT NULL,
        subset TEXT NOT NULL,
        sex TEXT NOT NULL,
        age_band TEXT NOT NULL,
        UNIQUE (measure, unit, reach, subset, sex, age_band)
    ) STRICT
    """,
    """
    CREATE TABLE frozen_fact (
        submission_id INTEGER NOT NULL,
        step_id INTEGER NOT NULL REFERENCES compilation_step (id) ON DELETE CASCADE,
        month TEXT NOT NULL,
        cell_id INTEGER NOT NULL REFERENCES frozen_cell (id),
        provisional INTEGER NOT NULL,
        verified INTEGER NOT NULL,
        PRIMARY KEY (submission_id, step_id, month, cell_id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX frozen_fact_by_step ON frozen_fact (step_id, month)",
    """
    CREATE TABLE cell_of_column AS
    WITH block (name, people, events) AS (
        VALUES ('sessions', 'participants', 'sessions'), ('trainings', 'trainees', 'trainings')
    ),
    person (name, sex, age_band) AS (
        VALUES ('h', 'M', '18+'), ('f', 'F', '18+'), ('g', 'M', '5-17'), ('fi', 'F', '5-17'), ('autres', '', '')
    ),
    part (name, subset) AS (
        VALUES ('handicap', 'disability'), ('aides', 'domestic_workers'), ('desco', 'out_of_school')
    ),
    beyond (reach) AS (VALUES ('indirect'), ('media')),
    not_held (name) AS (VALUES ('reportees'), ('annulees'), ('non_tenues'))
    SELECT b.name AS block, p.name AS name, people AS measure, 'contacts' AS unit, 'direct' AS reach,
        '' AS subset, sex, age_band FROM block AS b, person AS p
    UNION ALL SELECT b.name, 'nv_' || p.name, people, 'first_time', 'direct', '', sex, age_band
        FROM block AS b, person AS p
    UNION ALL SELECT b.name, 'dont_' || p.name, people, 'contacts', 'direct', subset, '', '' FROM block AS b, part AS p
    UNION ALL SELECT name, reach, people, 'contacts', reach, '', '', '' FROM block, beyond
    UNION ALL SELECT name, 'tenues', events, 'events', 'direct', '', '', '' FROM block
    UNION ALL SELECT b.name, n.name, events, 'not_held', '', n.name, '', '' FROM block AS b, not_held AS n
    UNION ALL SELECT column1, column2, column3, 'events', 'direct', '', '', '' FROM (VALUES
        ('sessions', 'orientations', 'orientations_declared'), ('trainings', 'organisations', 'organisations'),
        ('changes', 'mariages', 'child_marriages_prevented'), ('changes', 'mgf', 'fgm_prevented'),
        ('changes', 'mediations', 'mediations'), ('changes', 'levirats', 'levirates_prevented'),
        ('changes', 'retours_ecole', 'school_returns'))
    """,
    """
    INSERT INTO frozen_cell (measure, unit, reach, subset, sex, age_band)
    SELECT measure, unit, reach, subset, sex, age_band FROM cell_of_column
    """,
    """
    INSERT INTO frozen_fact
    WITH told (submission_id, step_id, month, block, name, provisional, verified) AS (
        SELECT json_extract(l.value, '$[0]'), k.id, k.month, b.key, n.key,
            CASE s.value WHEN 2 THEN n.value ELSE 0 END, CASE s.value WHEN 1 THEN n.value ELSE 0 END
        FROM compilation_step AS k, json_each(k.contents, '$.lines') AS b, json_each(b.value) AS l,
            json_each('[2, 1]') AS s, json_each(json_extract(l.value, '$[#-' || s.value || ']')) AS n
        WHERE k.action = 'validate' AND k.contents IS NOT NULL
        UNION ALL
        SELECT z.submission_id, z.step_id, z.month,
            CASE z.measure WHEN 'participants' THEN 'sessions' ELSE 'trainings' END, n.key, n.value, 0
        FROM frozen_count AS z
        JOIN compilation_step AS k ON k.id = z.step_id AND k.month <> z.month,
            json_each(json_object('h', men, 'f', women, 'g', boys, 'fi', girls, 'autres', others)) AS n
    )
    SELECT t.submission_id, t.step_id, t.month, f.id, SUM(t.provisional), SUM(t.verified)
    FROM told AS t
    JOIN cell_of_column AS c ON c.block = t.block AND c.name = t.name
    JOIN frozen_cell AS f USING (measure, unit, reach, subset, sex, age_band)
    GROUP BY 1, 2, 3, 4 HAVING SUM(t.provisional) <> 0 OR SUM(t.verified) <> 0
    """,
    "DROP TABLE cell_of_column",
    "DROP TABLE frozen_count",
)
"""What sheets counted when their month was validated. A cell stays when no sheet fills it any more.

Months that were validated before are read from the lines that were frozen with them, which kept no ages: men, women,
boys and girls become adults and children of the programme's usual bands.
"""


@migrations()
def m024_frozen_facts(db: Database) -> None:
    """Every cell under both statuses is kept of validated months, and not their heads alone."""
    for statement in FROZEN_TABLES:
        db.execute(statement)


NUMBERED_TABLES = (
    """
    CREATE TABLE numbered_report (
        year INTEGER NOT NULL,
        serial INTEGER NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('counts', 'compilation')),
        project_id INTEGER,
        cso TEXT NOT NULL,
        maker_id INTEGER,
        maker_name TEXT NOT NULL,
        made_at TEXT NOT NULL,
        asked TEXT NOT NULL,
        versions TEXT NOT NULL,
        digest TEXT NOT NULL,
        contents BLOB NOT NULL,
        PRIMARY KEY (year, serial)
    ) STRICT
    """,
    "CREATE INDEX numbered_report_by_digest ON numbered_report (digest)",
)
"""Tables that were given out, each as it was; packed JSON."""


@migrations()
def m025_numbered_reports(db: Database) -> None:
    """Every workbook, PDF and kept view has a number by which it comes back."""
    for statement in NUMBERED_TABLES:
        db.execute(statement)
