"""Tables of a project in SQLite.

`event` and `document` are what was said; `slot`, `undone` and `pool_item` follow from it and can be
rebuilt; `lease` is forgotten without loss.
"""

from __future__ import annotations

VERSION = 1
PROJECTIONS = ("slot", "undone", "pool_item")

SCHEMA = """
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID, STRICT;

CREATE TABLE document (
  place INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  sha256 TEXT NOT NULL
) STRICT;
CREATE VIRTUAL TABLE words USING fts5(
  title, text, content = 'document', content_rowid = 'place',
  tokenize = 'unicode61 remove_diacritics 2'
);

CREATE TABLE event (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  actor TEXT NOT NULL,
  kind TEXT NOT NULL,
  slot TEXT NOT NULL, query TEXT NOT NULL, document TEXT NOT NULL,
  owner TEXT NOT NULL, key TEXT NOT NULL,
  payload TEXT NOT NULL,
  client_time REAL NOT NULL,
  server_time REAL NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX event_slot ON event (slot, query, document, owner, key, seq);
CREATE TRIGGER event_stays BEFORE UPDATE ON event
  BEGIN SELECT raise(ABORT, 'events are only ever added'); END;
CREATE TRIGGER event_remains BEFORE DELETE ON event
  BEGIN SELECT raise(ABORT, 'events are only ever added'); END;

CREATE TABLE slot (
  kind TEXT NOT NULL, query TEXT NOT NULL, document TEXT NOT NULL,
  owner TEXT NOT NULL, key TEXT NOT NULL,
  event INTEGER NOT NULL,
  PRIMARY KEY (kind, query, document, owner, key)
) WITHOUT ROWID, STRICT;
CREATE INDEX slot_owner ON slot (kind, owner, key);

CREATE TABLE undone (event INTEGER PRIMARY KEY) STRICT;

CREATE TABLE pool_item (
  query TEXT NOT NULL, document TEXT NOT NULL,
  place REAL NOT NULL, size REAL NOT NULL, priority REAL NOT NULL,
  batch INTEGER NOT NULL, wanted INTEGER NOT NULL, judged INTEGER NOT NULL,
  PRIMARY KEY (query, document)
) WITHOUT ROWID, STRICT;
CREATE INDEX open_item ON pool_item (batch, query, place) WHERE judged < wanted;

CREATE TABLE lease (
  query TEXT NOT NULL, document TEXT NOT NULL, actor TEXT NOT NULL, until REAL NOT NULL,
  PRIMARY KEY (query, document, actor)
) WITHOUT ROWID, STRICT;
CREATE INDEX lease_actor ON lease (actor, until);
"""
