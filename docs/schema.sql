-- The tables of a database of fiche, written by the code itself (`make schema`): never edit this file.
-- The reasons stand in the tables.py of each package; each form has flat tables of its own beside these.

CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    display_name TEXT NOT NULL,
    email TEXT UNIQUE COLLATE NOCASE,
    password_hash TEXT,
    role TEXT NOT NULL,
    project_id INTEGER REFERENCES project (id),
    cso TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL DEFAULT '',
    token_sha256 TEXT UNIQUE,
    created_at TEXT NOT NULL,
    revoked_at TEXT,
    updated_at TEXT,
    deleted_at TEXT,
    creator_id INTEGER,
    token_hint TEXT NOT NULL DEFAULT '',
    last_seen_at TEXT,
    list_md5 TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL DEFAULT 'user' CHECK (kind IN ('user', 'app_user', 'public_link'))
) STRICT;

CREATE TABLE assignment (
    account_id INTEGER NOT NULL REFERENCES account (id),
    role TEXT NOT NULL,
    project_id INTEGER REFERENCES project (id),
    form_id INTEGER REFERENCES form (id)
) STRICT;

CREATE UNIQUE INDEX assignment_once
ON assignment (account_id, role, COALESCE(project_id, 0), COALESCE(form_id, 0));

CREATE TABLE attempt (
    subject TEXT NOT NULL,
    period INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    PRIMARY KEY (subject, period)
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    logged_at TEXT NOT NULL,
    action TEXT NOT NULL,
    actor_id INTEGER,
    form_id INTEGER,
    submission_id INTEGER,
    details TEXT NOT NULL DEFAULT '{}',
    project_id INTEGER,
    account_id INTEGER,
    notes TEXT
) STRICT;

CREATE INDEX audit_by_action ON audit (action, id);

CREATE INDEX audit_by_submission ON audit (submission_id) WHERE submission_id IS NOT NULL;

CREATE TABLE bookmark (
    reader TEXT PRIMARY KEY,
    number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE cell (
    id INTEGER PRIMARY KEY,
    measure TEXT NOT NULL,
    unit TEXT NOT NULL,
    reach TEXT NOT NULL,
    subset TEXT NOT NULL,
    sex TEXT NOT NULL,
    age_band TEXT NOT NULL,
    facts INTEGER NOT NULL
) STRICT;

CREATE TABLE change (
    number INTEGER PRIMARY KEY,
    submission_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    changed_at TEXT NOT NULL
) STRICT;

CREATE INDEX change_by_time ON change (changed_at, submission_id);

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
) STRICT;

CREATE TABLE cso (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE COLLATE NOCASE,
    name TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT
) STRICT;

CREATE TABLE cso_project (
    cso_id INTEGER NOT NULL REFERENCES cso (id),
    project_id INTEGER NOT NULL REFERENCES project (id),
    PRIMARY KEY (cso_id, project_id)
) STRICT, WITHOUT ROWID;

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
) STRICT;

CREATE INDEX decision_by_batch ON decision (batch);

CREATE INDEX decision_by_submission ON decision (submission_id);

CREATE TABLE device (
    token_sha256 TEXT PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    seen_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE fact (
    submission_id INTEGER NOT NULL,
    record INTEGER NOT NULL,
    cell_id INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (submission_id, record, cell_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE finding (
    submission_id INTEGER NOT NULL,
    rule TEXT NOT NULL,
    path TEXT NOT NULL,
    details TEXT NOT NULL,
    PRIMARY KEY (submission_id, rule, path)
) STRICT, WITHOUT ROWID;

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
) STRICT, WITHOUT ROWID;

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
) STRICT;

CREATE UNIQUE INDEX form_by_name ON form (project_id, xml_form_id) WHERE deleted_at IS NULL;

CREATE TABLE form_change (
    form_id INTEGER,
    cso TEXT,
    count INTEGER NOT NULL,
    changed_at TEXT NOT NULL,
    PRIMARY KEY (form_id, cso)
) STRICT, WITHOUT ROWID;

CREATE TABLE form_column (
    form_id INTEGER NOT NULL REFERENCES form (id),
    path TEXT NOT NULL,
    storage TEXT NOT NULL CHECK (storage IN ('INTEGER', 'REAL', 'TEXT', 'TABLE')),
    table_name TEXT NOT NULL,
    column_name TEXT NOT NULL,
    PRIMARY KEY (form_id, path, storage)
) STRICT, WITHOUT ROWID;

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
    file_type TEXT NOT NULL DEFAULT '',
    publisher_id INTEGER,
    UNIQUE (form_id, version)
) STRICT;

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
) STRICT;

CREATE TABLE form_draft_media (
    form_id INTEGER NOT NULL REFERENCES form_draft (form_id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    md5 TEXT NOT NULL,
    size INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (form_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE form_media (
    definition_id INTEGER NOT NULL REFERENCES form_definition (id),
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    md5 TEXT NOT NULL,
    size INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    PRIMARY KEY (definition_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE frozen_cell (
    id INTEGER PRIMARY KEY,
    measure TEXT NOT NULL,
    unit TEXT NOT NULL,
    reach TEXT NOT NULL,
    subset TEXT NOT NULL,
    sex TEXT NOT NULL,
    age_band TEXT NOT NULL,
    UNIQUE (measure, unit, reach, subset, sex, age_band)
) STRICT;

CREATE TABLE frozen_fact (
    submission_id INTEGER NOT NULL,
    step_id INTEGER NOT NULL REFERENCES compilation_step (id) ON DELETE CASCADE,
    month TEXT NOT NULL,
    cell_id INTEGER NOT NULL REFERENCES frozen_cell (id),
    provisional INTEGER NOT NULL,
    verified INTEGER NOT NULL,
    PRIMARY KEY (submission_id, step_id, month, cell_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX frozen_fact_by_step ON frozen_fact (step_id, month);

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
) STRICT;

CREATE INDEX grain_by_month ON grain (project_id, month);

CREATE TABLE invitation (
    token_sha256 TEXT PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE materialized_view (
    name TEXT PRIMARY KEY,
    digest TEXT NOT NULL
) STRICT, WITHOUT ROWID;

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
) STRICT;

CREATE INDEX neighbour_by_animator ON neighbour (animator_id, form_id, day, received_at, submission_id, counts);

CREATE INDEX neighbour_by_cells ON neighbour (place, cells, form_id, day, counts, received_at, submission_id);

CREATE INDEX neighbour_by_month ON neighbour (place, month, received_at, submission_id, counts, people);

CREATE INDEX neighbour_by_place ON neighbour (place, form_id, day, counts, received_at, submission_id);

CREATE INDEX neighbour_by_size ON neighbour (form_id, cso, activity, month, people, counts);

CREATE TABLE neighbour_photo (
    sha256 TEXT NOT NULL,
    submission_id INTEGER NOT NULL,
    PRIMARY KEY (sha256, submission_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX neighbour_photo_by_submission ON neighbour_photo (submission_id);

CREATE TABLE notice_receipt (
    id INTEGER PRIMARY KEY,
    form_id INTEGER NOT NULL REFERENCES form (id),
    instance_id TEXT NOT NULL,
    submitter_id INTEGER,
    device_id TEXT NOT NULL DEFAULT '',
    about TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL,
    UNIQUE (form_id, instance_id)
) STRICT;

CREATE INDEX notice_receipt_by_phone ON notice_receipt (submitter_id, about);

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
) STRICT;

CREATE INDEX numbered_report_by_digest ON numbered_report (digest);

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
    longitude REAL,
    population INTEGER,
    aliases TEXT NOT NULL DEFAULT '[]',
    valid_from TEXT NOT NULL DEFAULT '',
    valid_to TEXT NOT NULL DEFAULT '',
    successor TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

CREATE TABLE place_change (
    version_id INTEGER NOT NULL REFERENCES place_version (id),
    code TEXT NOT NULL,
    before TEXT,
    after TEXT,
    PRIMARY KEY (version_id, code)
) STRICT, WITHOUT ROWID;

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
) STRICT, WITHOUT ROWID;

CREATE TABLE place_upload (
    token TEXT PRIMARY KEY,
    actor_id INTEGER,
    file_name TEXT NOT NULL,
    content BLOB NOT NULL,
    uploaded_at TEXT NOT NULL
) STRICT;

CREATE TABLE place_version (
    id INTEGER PRIMARY KEY,
    actor_id INTEGER,
    file_name TEXT NOT NULL,
    first_month TEXT NOT NULL,
    imported_at TEXT NOT NULL,
    undone_at TEXT,
    undone_by INTEGER
) STRICT;

CREATE TABLE plan_import (
    id INTEGER PRIMARY KEY,
    project_id INTEGER NOT NULL,
    file_name TEXT NOT NULL,
    actor_id INTEGER,
    imported_at TEXT NOT NULL,
    undone_at TEXT
) STRICT;

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
) STRICT, WITHOUT ROWID;

CREATE INDEX plan_row_by_month ON plan_row (cso, month);

CREATE TABLE plan_upload (
    token TEXT PRIMARY KEY,
    project_id INTEGER NOT NULL,
    actor_id INTEGER,
    file_name TEXT NOT NULL,
    content BLOB NOT NULL,
    uploaded_at TEXT NOT NULL
) STRICT;

CREATE TABLE power_notice (
    account_id INTEGER NOT NULL REFERENCES account (id),
    request_id INTEGER NOT NULL REFERENCES power_request (id),
    dismissed_at TEXT,
    PRIMARY KEY (account_id, request_id)
) STRICT, WITHOUT ROWID;

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
) STRICT;

CREATE TABLE project (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    archived INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    updated_at TEXT,
    deleted_at TEXT,
    code TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE UNIQUE INDEX project_by_code ON project (code) WHERE code <> '';

CREATE TABLE public_link (
    account_id INTEGER PRIMARY KEY REFERENCES account (id),
    form_id INTEGER NOT NULL REFERENCES form (id),
    once INTEGER NOT NULL,
    used_at TEXT
) STRICT;

CREATE TABLE "record" (
    submission_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    grain_id INTEGER NOT NULL,
    event_date TEXT NOT NULL,
    status TEXT NOT NULL,
    review TEXT NOT NULL CHECK (review IN ('received', 'edited', 'has_issues', 'approved', 'rejected', 'held')),
    PRIMARY KEY (submission_id, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX record_by_grain ON record (grain_id, review);

CREATE INDEX record_of_repeat_by_grain ON record (grain_id, review) WHERE number > 0;

CREATE TRIGGER record_by_activity_delete AFTER DELETE ON record
BEGIN
    INSERT INTO record_by_activity (review, month, project_id, form, cso, activity, setting, programme, category, provisional, verified, tallies)
    SELECT OLD.review, g.month, g.project_id, g.form, g.cso, g.activity, g.setting, g.programme, g.category, - ((OLD.number = 0)), - ((OLD.number = 0 AND OLD.review = 'approved')), -1 FROM grain AS g WHERE g.id = OLD.grain_id
    ON CONFLICT (review, month, project_id, form, cso, activity, setting, programme, category) DO UPDATE SET provisional = provisional + excluded.provisional, verified = verified + excluded.verified, tallies = tallies + excluded.tallies;
    DELETE FROM record_by_activity WHERE tallies = 0 AND review = OLD.review AND month = (SELECT month FROM grain WHERE id = OLD.grain_id) AND project_id = (SELECT project_id FROM grain WHERE id = OLD.grain_id) AND form = (SELECT form FROM grain WHERE id = OLD.grain_id) AND cso = (SELECT cso FROM grain WHERE id = OLD.grain_id) AND activity = (SELECT activity FROM grain WHERE id = OLD.grain_id) AND setting = (SELECT setting FROM grain WHERE id = OLD.grain_id) AND programme = (SELECT programme FROM grain WHERE id = OLD.grain_id) AND category = (SELECT category FROM grain WHERE id = OLD.grain_id);
END;

CREATE TRIGGER record_by_activity_insert AFTER INSERT ON record
BEGIN
    INSERT INTO record_by_activity (review, month, project_id, form, cso, activity, setting, programme, category, provisional, verified, tallies)
    SELECT NEW.review, g.month, g.project_id, g.form, g.cso, g.activity, g.setting, g.programme, g.category, (NEW.number = 0), (NEW.number = 0 AND NEW.review = 'approved'), 1 FROM grain AS g WHERE g.id = NEW.grain_id
    ON CONFLICT (review, month, project_id, form, cso, activity, setting, programme, category) DO UPDATE SET provisional = provisional + excluded.provisional, verified = verified + excluded.verified, tallies = tallies + excluded.tallies;

END;

CREATE TRIGGER record_by_activity_update AFTER UPDATE ON record
BEGIN
    INSERT INTO record_by_activity (review, month, project_id, form, cso, activity, setting, programme, category, provisional, verified, tallies)
    SELECT NEW.review, g.month, g.project_id, g.form, g.cso, g.activity, g.setting, g.programme, g.category, ((NEW.number = 0)) - ((OLD.number = 0)), ((NEW.number = 0 AND NEW.review = 'approved')) - ((OLD.number = 0 AND OLD.review = 'approved')), 0 FROM grain AS g WHERE g.id = NEW.grain_id
    ON CONFLICT (review, month, project_id, form, cso, activity, setting, programme, category) DO UPDATE SET provisional = provisional + excluded.provisional, verified = verified + excluded.verified, tallies = tallies + excluded.tallies;

END;

CREATE TRIGGER record_by_place_delete AFTER DELETE ON record
BEGIN
    INSERT INTO record_by_place (review, place, month, project_id, form, cso, provisional, verified, tallies)
    SELECT OLD.review, g.place, g.month, g.project_id, g.form, g.cso, - ((OLD.number = 0)), - ((OLD.number = 0 AND OLD.review = 'approved')), -1 FROM grain AS g WHERE g.id = OLD.grain_id
    ON CONFLICT (review, place, month, project_id, form, cso) DO UPDATE SET provisional = provisional + excluded.provisional, verified = verified + excluded.verified, tallies = tallies + excluded.tallies;
    DELETE FROM record_by_place WHERE tallies = 0 AND review = OLD.review AND place = (SELECT place FROM grain WHERE id = OLD.grain_id) AND month = (SELECT month FROM grain WHERE id = OLD.grain_id) AND project_id = (SELECT project_id FROM grain WHERE id = OLD.grain_id) AND form = (SELECT form FROM grain WHERE id = OLD.grain_id) AND cso = (SELECT cso FROM grain WHERE id = OLD.grain_id);
END;

CREATE TRIGGER record_by_place_insert AFTER INSERT ON record
BEGIN
    INSERT INTO record_by_place (review, place, month, project_id, form, cso, provisional, verified, tallies)
    SELECT NEW.review, g.place, g.month, g.project_id, g.form, g.cso, (NEW.number = 0), (NEW.number = 0 AND NEW.review = 'approved'), 1 FROM grain AS g WHERE g.id = NEW.grain_id
    ON CONFLICT (review, place, month, project_id, form, cso) DO UPDATE SET provisional = provisional + excluded.provisional, verified = verified + excluded.verified, tallies = tallies + excluded.tallies;

END;

CREATE TRIGGER record_by_place_update AFTER UPDATE ON record
BEGIN
    INSERT INTO record_by_place (review, place, month, project_id, form, cso, provisional, verified, tallies)
    SELECT NEW.review, g.place, g.month, g.project_id, g.form, g.cso, ((NEW.number = 0)) - ((OLD.number = 0)), ((NEW.number = 0 AND NEW.review = 'approved')) - ((OLD.number = 0 AND OLD.review = 'approved')), 0 FROM grain AS g WHERE g.id = NEW.grain_id
    ON CONFLICT (review, place, month, project_id, form, cso) DO UPDATE SET provisional = provisional + excluded.provisional, verified = verified + excluded.verified, tallies = tallies + excluded.tallies;

END;

CREATE TABLE record_by_activity (
    review TEXT NOT NULL,
    month TEXT NOT NULL,
    project_id INTEGER NOT NULL,
    form TEXT NOT NULL,
    cso TEXT NOT NULL,
    activity TEXT NOT NULL,
    setting TEXT NOT NULL,
    programme TEXT NOT NULL,
    category TEXT NOT NULL,
    provisional INTEGER NOT NULL,
    verified INTEGER NOT NULL,
    tallies INTEGER NOT NULL,
    PRIMARY KEY (review, month, project_id, form, cso, activity, setting, programme, category)
) STRICT, WITHOUT ROWID;

CREATE TABLE record_by_place (
    review TEXT NOT NULL,
    place TEXT NOT NULL,
    month TEXT NOT NULL,
    project_id INTEGER NOT NULL,
    form TEXT NOT NULL,
    cso TEXT NOT NULL,
    provisional INTEGER NOT NULL,
    verified INTEGER NOT NULL,
    tallies INTEGER NOT NULL,
    PRIMARY KEY (review, place, month, project_id, form, cso)
) STRICT, WITHOUT ROWID;

CREATE TABLE reminder_mail (
    project_id INTEGER NOT NULL,
    account_id INTEGER NOT NULL REFERENCES account (id),
    week TEXT NOT NULL,
    tried_at TEXT NOT NULL,
    sent_at TEXT,
    error TEXT NOT NULL DEFAULT '',
    is_empty INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (project_id, account_id, week)
) STRICT, WITHOUT ROWID;

CREATE TABLE rollup_run (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('incremental', 'full')),
    started_at TEXT NOT NULL,
    ended_at TEXT,
    submissions INTEGER NOT NULL DEFAULT 0,
    facts INTEGER NOT NULL DEFAULT 0,
    tallies INTEGER NOT NULL DEFAULT 0,
    error TEXT
) STRICT;

CREATE TABLE saved_view (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    project_id INTEGER NOT NULL REFERENCES project (id),
    name TEXT NOT NULL,
    filters TEXT NOT NULL,
    is_default INTEGER NOT NULL DEFAULT 0,
    UNIQUE (account_id, project_id, name)
) STRICT;

CREATE TABLE sent_today (
    account_id INTEGER NOT NULL REFERENCES account (id),
    day TEXT NOT NULL,
    sheets INTEGER NOT NULL,
    size INTEGER NOT NULL,
    PRIMARY KEY (account_id, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    token_sha256 TEXT PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    csrf TEXT NOT NULL,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    seen_at TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

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
    girls INTEGER,
    form_id INTEGER NOT NULL DEFAULT 0,
    instance_id TEXT NOT NULL DEFAULT '',
    definition_id INTEGER NOT NULL DEFAULT 0,
    versions INTEGER NOT NULL DEFAULT 1,
    review_state TEXT NOT NULL DEFAULT '',
    submitter_id INTEGER,
    cso TEXT NOT NULL DEFAULT '',
    created_at TEXT NOT NULL DEFAULT '',
    is_deleted INTEGER NOT NULL DEFAULT 0,
    words TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX sheet_summary_by_animator ON sheet_summary (submitter_id, event_date);

CREATE INDEX sheet_summary_by_cso ON sheet_summary (cso, created_at);

CREATE INDEX sheet_summary_by_date ON sheet_summary (event_date);

CREATE INDEX sheet_summary_by_month ON sheet_summary
(cso, substr(event_date, 1, 7), review_state, form_id) WHERE is_deleted = 0;

CREATE INDEX sheet_summary_by_place ON sheet_summary (place, event_date);

CREATE INDEX sheet_summary_by_receipt ON sheet_summary (created_at);

CREATE INDEX sheet_summary_to_decide ON sheet_summary (created_at) WHERE review_state IN ('', 'edited');

CREATE TABLE sheet_tally (
    grain_id INTEGER NOT NULL,
    measure TEXT NOT NULL,
    unit TEXT NOT NULL,
    reach TEXT NOT NULL,
    subset TEXT NOT NULL,
    sheets INTEGER NOT NULL,
    approved_sheets INTEGER NOT NULL,
    PRIMARY KEY (grain_id, measure, unit, reach, subset)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER sheet_tally_by_activity_delete AFTER DELETE ON sheet_tally
BEGIN
    INSERT INTO sheet_tally_by_activity (measure, unit, reach, subset, month, project_id, form, cso, activity, setting, programme, category, provisional, verified, tallies)
    SELECT OLD.measure, OLD.unit, OLD.reach, OLD.subset, g.month, g.project_id, g.form, g.cso, g.activity, g.setting, g.programme, g.category, - (OLD.sheets), - (OLD.approved_sheets), -1 FROM grain AS g WHERE g.id = OLD.grain_id
    ON CONFLICT (measure, unit, reach, subset, month, project_id, form, cso, activity, setting, programme, category) DO UPDATE SET provisional = provisional + excluded.provisional, verified = verified + excluded.verified, tallies = tallies + excluded.tallies;
    DELETE FROM sheet_tally_by_activity WHERE tallies = 0 AND measure = OLD.measure AND unit = OLD.unit AND reach = OLD.reach AND subset = OLD.subset AND month = (SELECT month FROM grain WHERE id = OLD.grain_id) AND project_id = (SELECT project_id FROM grain WHERE id = OLD.grain_id) AND form = (SELECT form FROM grain WHERE id = OLD.grain_id) AND cso = (SELECT cso FROM grain WHERE id = OLD.grain_id) AND activity = (SELECT activity FROM grain WHERE id = OLD.grain_id) AND setting = (SELECT setting FROM grain WHERE id = OLD.grain_id) AND programme = (SELECT programme FROM grain WHERE id = OLD.grain_id) AND category = (SELECT category FROM grain WHERE id = OLD.grain_id);
END;

CREATE TRIGGER sheet_tally_by_activity_insert AFTER INSERT ON sheet_tally
BEGIN
    INSERT INTO sheet_tally_by_activity (measure, unit, reach, subset, month, project_id, form, cso, activity, setting, programme, category, provisional, verified, tallies)
    SELECT NEW.measure, NEW.unit, NEW.reach, NEW.subset, g.month, g.project_id, g.form, g.cso, g.activity, g.setting, g.programme, g.category, NEW.sheets, NEW.approved_sheets, 1 FROM grain AS g WHERE g.id = NEW.grain_id
    ON CONFLICT (measure, unit, reach, subset, month, project_id, form, cso, activity, setting, programme, category) DO UPDATE SET provisional = provisional + excluded.provisional, verified = verified + excluded.verified, tallies = tallies + excluded.tallies;

END;

CREATE TRIGGER sheet_tally_by_activity_update AFTER UPDATE ON sheet_tally
BEGIN
    INSERT INTO sheet_tally_by_activity (measure, unit, reach, subset, month, project_id, form, cso, activity, setting, programme, category, provisional, verified, tallies)
    SELECT NEW.measure, NEW.unit, NEW.reach, NEW.subset, g.month, g.project_id, g.form, g.cso, g.activity, g.setting, g.programme, g.category, (NEW.sheets) - (OLD.sheets), (NEW.approved_sheets) - (OLD.approved_sheets), 0 FROM grain AS g WHERE g.id = NEW.grain_id
    ON CONFLICT (measure, unit, reach, subset, month, project_id, form, cso, activity, setting, programme, category) DO UPDATE SET provisional = provisional + excluded.provisional, verified = verified + excluded.verified, tallies = tallies + excluded.tallies;

END;

CREATE TRIGGER sheet_tally_by_place_delete AFTER DELETE ON sheet_tally
BEGIN
    INSERT INTO sheet_tally_by_place (measure, unit, reach, subset, place, month, project_id, form, cso, provisional, verified, tallies)
    SELECT OLD.measure, OLD.unit, OLD.reach, OLD.subset, g.place, g.month, g.project_id, g.form, g.cso, - (OLD.sheets), - (OLD.approved_sheets), -1 FROM grain AS g WHERE g.id = OLD.grain_id
    ON CONFLICT (measure, unit, reach, subset, place, month, project_id, form, cso) DO UPDATE SET provisional = provisional + excluded.provisional, verified = verified + excluded.verified, tallies = tallies + excluded.tallies;
    DELETE FROM sheet_tally_by_place WHERE tallies = 0 AND measure = OLD.measure AND unit = OLD.unit AND reach = OLD.reach AND subset = OLD.subset AND place = (SELECT place FROM grain WHERE id = OLD.grain_id) AND month = (SELECT month FROM grain WHERE id = OLD.grain_id) AND project_id = (SELECT project_id FROM grain WHERE id = OLD.grain_id) AND form = (SELECT form FROM grain WHERE id = OLD.grain_id) AND cso = (SELECT cso FROM grain WHERE id = OLD.grain_id);
END;

CREATE TRIGGER sheet_tally_by_place_insert AFTER INSERT ON sheet_tally
BEGIN
    INSERT INTO sheet_tally_by_place (measure, unit, reach, subset, place, month, project_id, form, cso, provisional, verified, tallies)
    SELECT NEW.measure, NEW.unit, NEW.reach, NEW.subset, g.place, g.month, g.project_id, g.form, g.cso, NEW.sheets, NEW.approved_sheets, 1 FROM grain AS g WHERE g.id = NEW.grain_id
    ON CONFLICT (measure, unit, reach, subset, place, month, project_id, form, cso) DO UPDATE SET provisional = provisional + excluded.provisional, verified = verified + excluded.verified, tallies = tallies + excluded.tallies;

END;

CREATE TRIGGER sheet_tally_by_place_update AFTER UPDATE ON sheet_tally
BEGIN
    INSERT INTO sheet_tally_by_place (measure, unit, reach, subset, place, month, project_id, form, cso, provisional, verified, tallies)
    SELECT NEW.measure, NEW.unit, NEW.reach, NEW.subset, g.place, g.month, g.project_id, g.form, g.cso, (NEW.sheets) - (OLD.sheets), (NEW.approved_sheets) - (OLD.approved_sheets), 0 FROM grain AS g WHERE g.id = NEW.grain_id
    ON CONFLICT (measure, unit, reach, subset, place, month, project_id, form, cso) DO UPDATE SET provisional = provisional + excluded.provisional, verified = verified + excluded.verified, tallies = tallies + excluded.tallies;

END;

CREATE TABLE sheet_tally_by_activity (
    measure TEXT NOT NULL,
    unit TEXT NOT NULL,
    reach TEXT NOT NULL,
    subset TEXT NOT NULL,
    month TEXT NOT NULL,
    project_id INTEGER NOT NULL,
    form TEXT NOT NULL,
    cso TEXT NOT NULL,
    activity TEXT NOT NULL,
    setting TEXT NOT NULL,
    programme TEXT NOT NULL,
    category TEXT NOT NULL,
    provisional INTEGER NOT NULL,
    verified INTEGER NOT NULL,
    tallies INTEGER NOT NULL,
    PRIMARY KEY (measure, unit, reach, subset, month, project_id, form, cso, activity, setting, programme, category)
) STRICT, WITHOUT ROWID;

CREATE TABLE sheet_tally_by_place (
    measure TEXT NOT NULL,
    unit TEXT NOT NULL,
    reach TEXT NOT NULL,
    subset TEXT NOT NULL,
    place TEXT NOT NULL,
    month TEXT NOT NULL,
    project_id INTEGER NOT NULL,
    form TEXT NOT NULL,
    cso TEXT NOT NULL,
    provisional INTEGER NOT NULL,
    verified INTEGER NOT NULL,
    tallies INTEGER NOT NULL,
    PRIMARY KEY (measure, unit, reach, subset, place, month, project_id, form, cso)
) STRICT, WITHOUT ROWID;

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
    deleted_at TEXT,
    cso TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX submission_by_form ON submission (form_id, created_at) WHERE deleted_at IS NULL;

CREATE INDEX submission_by_submitter ON submission (submitter_id, created_at);

CREATE INDEX submission_returned ON submission (cso, form_id)
WHERE review_state = 'hasIssues' AND deleted_at IS NULL;

CREATE INDEX submission_to_correct ON submission (submitter_id)
WHERE review_state = 'hasIssues' AND deleted_at IS NULL;

CREATE TRIGGER sheet_summary_follows AFTER UPDATE OF review_state, versions, cso, deleted_at ON submission
BEGIN
    UPDATE sheet_summary SET review_state = COALESCE(NEW.review_state, ''), versions = NEW.versions,
        cso = NEW.cso, is_deleted = NEW.deleted_at IS NOT NULL
    WHERE submission_id = NEW.id;
END;

CREATE TABLE submission_attachment (
    version_id INTEGER NOT NULL REFERENCES submission_version (id),
    name TEXT NOT NULL,
    expected INTEGER NOT NULL,
    sha256 TEXT,
    size INTEGER,
    media_type TEXT,
    received_at TEXT,
    PRIMARY KEY (version_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE submission_comment (
    id INTEGER PRIMARY KEY,
    submission_id INTEGER NOT NULL REFERENCES submission (id),
    actor_id INTEGER,
    body TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT;

CREATE INDEX submission_comment_by_submission ON submission_comment (submission_id);

CREATE TABLE submission_conflict (
    id INTEGER PRIMARY KEY,
    submission_id INTEGER NOT NULL REFERENCES submission (id),
    instance_id TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    submitter_id INTEGER,
    device_id TEXT NOT NULL DEFAULT '',
    received_at TEXT NOT NULL,
    xml BLOB NOT NULL,
    kind TEXT NOT NULL DEFAULT 'conflict' CHECK (kind IN ('conflict', 'outdated_edit')),
    deprecated_id TEXT NOT NULL DEFAULT '',
    user_agent TEXT NOT NULL DEFAULT '',
    cso TEXT NOT NULL DEFAULT '',
    outcome TEXT NOT NULL DEFAULT '' CHECK (outcome IN ('', 'used', 'left')),
    reason TEXT NOT NULL DEFAULT '',
    settled_by INTEGER,
    settled_at TEXT,
    UNIQUE (submission_id, instance_id, sha256)
) STRICT;

CREATE INDEX submission_conflict_by_instance ON submission_conflict (instance_id);

CREATE INDEX submission_conflict_unsettled ON submission_conflict (submission_id) WHERE outcome = '';

CREATE TABLE submission_conflict_file (
    conflict_id INTEGER NOT NULL REFERENCES submission_conflict (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    md5 TEXT NOT NULL,
    size INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    PRIMARY KEY (conflict_id, name)
) STRICT, WITHOUT ROWID;

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
) STRICT;

CREATE TABLE summary_rule (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    derivation INTEGER NOT NULL,
    age_scheme TEXT NOT NULL
) STRICT;

CREATE TABLE summary_to_make (
    submission_id INTEGER PRIMARY KEY
) STRICT;

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
) STRICT, WITHOUT ROWID;

CREATE TRIGGER tally_by_activity_delete AFTER DELETE ON tally
BEGIN
    INSERT INTO tally_by_activity (cell_id, month, project_id, form, cso, activity, setting, programme, category, provisional, verified, tallies)
    SELECT OLD.cell_id, g.month, g.project_id, g.form, g.cso, g.activity, g.setting, g.programme, g.category, - (OLD.received + OLD.edited + OLD.has_issues + OLD.approved), - (OLD.approved), -1 FROM grain AS g WHERE g.id = OLD.grain_id
    ON CONFLICT (cell_id, month, project_id, form, cso, activity, setting, programme, category) DO UPDATE SET provisional = provisional + excluded.provisional, verified = verified + excluded.verified, tallies = tallies + excluded.tallies;
    DELETE FROM tally_by_activity WHERE tallies = 0 AND cell_id = OLD.cell_id AND month = (SELECT month FROM grain WHERE id = OLD.grain_id) AND project_id = (SELECT project_id FROM grain WHERE id = OLD.grain_id) AND form = (SELECT form FROM grain WHERE id = OLD.grain_id) AND cso = (SELECT cso FROM grain WHERE id = OLD.grain_id) AND activity = (SELECT activity FROM grain WHERE id = OLD.grain_id) AND setting = (SELECT setting FROM grain WHERE id = OLD.grain_id) AND programme = (SELECT programme FROM grain WHERE id = OLD.grain_id) AND category = (SELECT category FROM grain WHERE id = OLD.grain_id);
END;

CREATE TRIGGER tally_by_activity_insert AFTER INSERT ON tally
BEGIN
    INSERT INTO tally_by_activity (cell_id, month, project_id, form, cso, activity, setting, programme, category, provisional, verified, tallies)
    SELECT NEW.cell_id, g.month, g.project_id, g.form, g.cso, g.activity, g.setting, g.programme, g.category, NEW.received + NEW.edited + NEW.has_issues + NEW.approved, NEW.approved, 1 FROM grain AS g WHERE g.id = NEW.grain_id
    ON CONFLICT (cell_id, month, project_id, form, cso, activity, setting, programme, category) DO UPDATE SET provisional = provisional + excluded.provisional, verified = verified + excluded.verified, tallies = tallies + excluded.tallies;

END;

CREATE TRIGGER tally_by_activity_update AFTER UPDATE ON tally
BEGIN
    INSERT INTO tally_by_activity (cell_id, month, project_id, form, cso, activity, setting, programme, category, provisional, verified, tallies)
    SELECT NEW.cell_id, g.month, g.project_id, g.form, g.cso, g.activity, g.setting, g.programme, g.category, (NEW.received + NEW.edited + NEW.has_issues + NEW.approved) - (OLD.received + OLD.edited + OLD.has_issues + OLD.approved), (NEW.approved) - (OLD.approved), 0 FROM grain AS g WHERE g.id = NEW.grain_id
    ON CONFLICT (cell_id, month, project_id, form, cso, activity, setting, programme, category) DO UPDATE SET provisional = provisional + excluded.provisional, verified = verified + excluded.verified, tallies = tallies + excluded.tallies;

END;

CREATE TRIGGER tally_by_place_delete AFTER DELETE ON tally
BEGIN
    INSERT INTO tally_by_place (cell_id, place, month, project_id, form, cso, provisional, verified, tallies)
    SELECT OLD.cell_id, g.place, g.month, g.project_id, g.form, g.cso, - (OLD.received + OLD.edited + OLD.has_issues + OLD.approved), - (OLD.approved), -1 FROM grain AS g WHERE g.id = OLD.grain_id
    ON CONFLICT (cell_id, place, month, project_id, form, cso) DO UPDATE SET provisional = provisional + excluded.provisional, verified = verified + excluded.verified, tallies = tallies + excluded.tallies;
    DELETE FROM tally_by_place WHERE tallies = 0 AND cell_id = OLD.cell_id AND place = (SELECT place FROM grain WHERE id = OLD.grain_id) AND month = (SELECT month FROM grain WHERE id = OLD.grain_id) AND project_id = (SELECT project_id FROM grain WHERE id = OLD.grain_id) AND form = (SELECT form FROM grain WHERE id = OLD.grain_id) AND cso = (SELECT cso FROM grain WHERE id = OLD.grain_id);
END;

CREATE TRIGGER tally_by_place_insert AFTER INSERT ON tally
BEGIN
    INSERT INTO tally_by_place (cell_id, place, month, project_id, form, cso, provisional, verified, tallies)
    SELECT NEW.cell_id, g.place, g.month, g.project_id, g.form, g.cso, NEW.received + NEW.edited + NEW.has_issues + NEW.approved, NEW.approved, 1 FROM grain AS g WHERE g.id = NEW.grain_id
    ON CONFLICT (cell_id, place, month, project_id, form, cso) DO UPDATE SET provisional = provisional + excluded.provisional, verified = verified + excluded.verified, tallies = tallies + excluded.tallies;

END;

CREATE TRIGGER tally_by_place_update AFTER UPDATE ON tally
BEGIN
    INSERT INTO tally_by_place (cell_id, place, month, project_id, form, cso, provisional, verified, tallies)
    SELECT NEW.cell_id, g.place, g.month, g.project_id, g.form, g.cso, (NEW.received + NEW.edited + NEW.has_issues + NEW.approved) - (OLD.received + OLD.edited + OLD.has_issues + OLD.approved), (NEW.approved) - (OLD.approved), 0 FROM grain AS g WHERE g.id = NEW.grain_id
    ON CONFLICT (cell_id, place, month, project_id, form, cso) DO UPDATE SET provisional = provisional + excluded.provisional, verified = verified + excluded.verified, tallies = tallies + excluded.tallies;

END;

CREATE TABLE tally_by_activity (
    cell_id INTEGER NOT NULL,
    month TEXT NOT NULL,
    project_id INTEGER NOT NULL,
    form TEXT NOT NULL,
    cso TEXT NOT NULL,
    activity TEXT NOT NULL,
    setting TEXT NOT NULL,
    programme TEXT NOT NULL,
    category TEXT NOT NULL,
    provisional INTEGER NOT NULL,
    verified INTEGER NOT NULL,
    tallies INTEGER NOT NULL,
    PRIMARY KEY (cell_id, month, project_id, form, cso, activity, setting, programme, category)
) STRICT, WITHOUT ROWID;

CREATE TABLE tally_by_place (
    cell_id INTEGER NOT NULL,
    place TEXT NOT NULL,
    month TEXT NOT NULL,
    project_id INTEGER NOT NULL,
    form TEXT NOT NULL,
    cso TEXT NOT NULL,
    provisional INTEGER NOT NULL,
    verified INTEGER NOT NULL,
    tallies INTEGER NOT NULL,
    PRIMARY KEY (cell_id, place, month, project_id, form, cso)
) STRICT, WITHOUT ROWID;

CREATE TABLE to_compare (
    submission_id INTEGER PRIMARY KEY
) STRICT;

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
) STRICT;

CREATE TABLE trial_attachment (
    trial_id INTEGER NOT NULL REFERENCES trial (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    sha256 TEXT,
    size INTEGER,
    media_type TEXT,
    PRIMARY KEY (trial_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE usual_size (
    form_id INTEGER NOT NULL,
    cso TEXT NOT NULL,
    activity TEXT NOT NULL,
    month INTEGER NOT NULL,
    sheets INTEGER NOT NULL,
    median INTEGER NOT NULL,
    PRIMARY KEY (form_id, cso, activity, month)
) STRICT, WITHOUT ROWID;

CREATE TABLE zone (
    id INTEGER PRIMARY KEY,
    cso_id INTEGER NOT NULL REFERENCES cso (id),
    place TEXT NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL DEFAULT '',
    UNIQUE (cso_id, place, first_day)
) STRICT;
