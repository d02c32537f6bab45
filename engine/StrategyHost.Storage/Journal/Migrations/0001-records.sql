-- Runs and the records of their steps. Records are only ever added.
CREATE TABLE run (
    id INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,
    owner TEXT NOT NULL,
    name TEXT NOT NULL UNIQUE,
    started_ms INTEGER NOT NULL,
    build TEXT NOT NULL,
    configuration TEXT NOT NULL,
    scripts TEXT NOT NULL,
    installation TEXT NOT NULL
);
CREATE TABLE record (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES run (id),
    seq INTEGER NOT NULL,
    part INTEGER NOT NULL,
    version INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL,
    strategy TEXT,
    symbol TEXT,
    order_id TEXT,
    exchange_id TEXT,
    signal_id TEXT,
    plan INTEGER,
    body TEXT NOT NULL,
    checksum INTEGER NOT NULL
);
CREATE UNIQUE INDEX record_place ON record (run, seq, part);
CREATE TRIGGER record_stays BEFORE UPDATE ON record BEGIN SELECT RAISE (ABORT, 'records are not changed'); END;
CREATE TRIGGER record_is_kept BEFORE DELETE ON record BEGIN SELECT RAISE (ABORT, 'records are not deleted'); END;
PRAGMA application_id = 1397246540;
