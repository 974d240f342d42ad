"""Older formats: read as they are, and brought to the newest by the first writer."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from trovato.index.store.schema import FORMAT, TERMS_SINCE, WORD_SEGMENTS_SINCE, format_of
from trovato.index.store.table_definitions import (
    FIELD_TABLES,
    ITEM_INDEXES,
    LINKS_TABLE,
    SEGMENTS_TABLE,
    TERMS_TABLE,
    WORD_INDEX,
    WORD_SEGMENTS,
)
from trovato.index.store.words.terms import TermNumbers
from trovato.index.store.words.word_writer import WordWriter

# Format 2 knew int8 and residual codes alone: `bits` in `meta` is the number of the codec.
_TO_3 = """
ALTER TABLE segments ADD COLUMN dims INTEGER NOT NULL DEFAULT 0;
ALTER TABLE segments ADD COLUMN pooling REAL NOT NULL DEFAULT 1;
ALTER TABLE segments ADD COLUMN gaps INTEGER NOT NULL DEFAULT 0;
CREATE TABLE pools (item INTEGER PRIMARY KEY, owners BLOB NOT NULL);
CREATE TABLE projection (dim INTEGER NOT NULL, matrix BLOB NOT NULL);
INSERT INTO meta SELECT 'form', CASE value WHEN 0 THEN 'int8' ELSE value || 'bit' END
    FROM meta WHERE key = 'bits';
DELETE FROM meta WHERE key = 'bits';
"""

_SEGMENT_COLUMNS = (
    "segment, first_item, items, live, rows, bytes, checksum, bits, codebook, dims, pooling, gaps"
)

# Format 3 knew pages and one field. Numbers of segments are never used twice, so the counter that
# AUTOINCREMENT keeps comes along.
_TO_4 = f"""
DROP TRIGGER segment_gone;
ALTER TABLE segments RENAME TO old_segments;
ALTER TABLE pools RENAME TO old_pools;
ALTER TABLE projection RENAME TO old_projection;
{SEGMENTS_TABLE}{FIELD_TABLES}{LINKS_TABLE}
INSERT INTO segments (field, {_SEGMENT_COLUMNS}) SELECT 1, {_SEGMENT_COLUMNS} FROM old_segments;
DELETE FROM sqlite_sequence WHERE name = 'segments';
INSERT INTO sqlite_sequence SELECT 'segments', seq FROM sqlite_sequence WHERE name = 'old_segments';
INSERT INTO pools SELECT 1, item, owners FROM old_pools;
INSERT INTO projection SELECT 1, dim, matrix FROM old_projection;
INSERT INTO tokens SELECT file, 1, tokens FROM files;
INSERT INTO fields (field, name, fingerprint, dim, single, form, since)
    SELECT 1, 'tokens', maker.value, dim.value, 0, form.value, 0
    FROM meta AS maker, meta AS dim, meta AS form
    WHERE maker.key = 'fingerprint' AND dim.key = 'dim' AND form.key = 'form';
DELETE FROM meta WHERE key IN ('fingerprint', 'dim', 'form');
DROP TABLE old_segments;
DROP TABLE old_pools;
DROP TABLE old_projection;
ALTER TABLE files DROP COLUMN tokens;
ALTER TABLE items ADD COLUMN id TEXT;
ALTER TABLE items ADD COLUMN kind TEXT;
ALTER TABLE items ADD COLUMN parent TEXT;
ALTER TABLE items ADD COLUMN place INTEGER;
ALTER TABLE items ADD COLUMN location TEXT;
ALTER TABLE items ADD COLUMN image TEXT;
ALTER TABLE codebooks ADD COLUMN field INTEGER NOT NULL DEFAULT 1;
{ITEM_INDEXES}
"""  # noqa: S608 (text of our own)

# Format 4 left it to FTS5 to tell words apart, which needs spaces between them; format 5 knew fewer
# kinds of parts that have a number. Captions of pages are known where these are read again.
_TO_6 = f"""
DROP TABLE words;
DROP VIEW published;
{WORD_INDEX}
INSERT INTO words (words) VALUES ('rebuild');
"""  # noqa: S608 (text of our own)

# Format 6 knew no postings beside FTS5's, format 7 no list of terms: `WordWriter` makes them.
_TO_8 = f"""{TERMS_TABLE}
UPDATE meta SET value = {FORMAT} WHERE key = 'format';
UPDATE meta SET value = value + 1 WHERE key = 'generation';
"""  # noqa: S608 (text of our own)


def upgrade(connection: sqlite3.Connection, folder: Path) -> None:
    """Bring a collection of an older format to the newest, as a whole or not at all.

    No vector file is touched. Readers go on; the caller holds the writer's lock and is in no
    transaction, and closes the connection if this fails.

    Parameters
    ----------
    connection
        To the database.
    folder
        The directory of segments.
    """
    before = format_of(connection)
    if before != FORMAT:
        steps = _TO_3 * (before == 2) + _TO_4 * (before < 4) + _TO_6 * (before < 6)
        steps += WORD_SEGMENTS * (before < WORD_SEGMENTS_SINCE) + _TO_8
        connection.executescript(f"BEGIN IMMEDIATE; {steps}")
        words = WordWriter(connection, folder, TermNumbers())
        if before < WORD_SEGMENTS_SINCE:
            words.rebuild()
        words.list_terms()
        connection.execute("COMMIT")


_AS_4 = """
CREATE TEMP VIEW files AS SELECT file, name, live, digest, kind, bytes, pages FROM main.files;
CREATE TEMP VIEW items AS SELECT item, file, page, NULL AS id, NULL AS kind, NULL AS parent,
    NULL AS place, NULL AS location, NULL AS image FROM main.items;
CREATE TEMP VIEW links AS SELECT NULL AS item, NULL AS number, NULL AS target, NULL AS text,
    NULL AS first, NULL AS last FROM main.meta WHERE 0;
CREATE TEMP VIEW tokens AS SELECT file, 1 AS field, tokens FROM main.files;
CREATE TEMP VIEW codebooks AS SELECT 1 AS field, * FROM main.codebooks;
CREATE TEMP VIEW fields AS SELECT 1 AS field, 'tokens' AS name,
    (SELECT value FROM main.meta WHERE key = 'fingerprint') AS fingerprint,
    (SELECT value FROM main.meta WHERE key = 'dim') AS dim, 0 AS single, 0 AS since,
"""
_3_AS_4 = f"""{_AS_4}
    (SELECT value FROM main.meta WHERE key = 'form') AS form;
CREATE TEMP VIEW segments AS SELECT 1 AS field, * FROM main.segments;
CREATE TEMP VIEW pools AS SELECT 1 AS field, * FROM main.pools;
CREATE TEMP VIEW projection AS SELECT 1 AS field, * FROM main.projection;
"""  # noqa: S608
_2_AS_4 = f"""{_AS_4}
    (SELECT CASE value WHEN 0 THEN 'int8' ELSE value || 'bit' END FROM main.meta
        WHERE key = 'bits') AS form;
CREATE TEMP VIEW segments AS
    SELECT 1 AS field, *, 0 AS dims, 1.0 AS pooling, 0 AS gaps FROM main.segments;
CREATE TEMP VIEW pools AS
    SELECT NULL AS field, NULL AS item, NULL AS owners FROM main.meta WHERE 0;
CREATE TEMP VIEW projection AS
    SELECT NULL AS field, NULL AS dim, NULL AS matrix FROM main.meta WHERE 0;
"""  # noqa: S608

_WITHOUT_WORD_SEGMENTS = """
CREATE TEMP VIEW word_segments AS SELECT NULL AS segment, NULL AS first_item, NULL AS last_item,
    NULL AS items, NULL AS terms, NULL AS postings, NULL AS letters,
    NULL AS dead, NULL AS bytes, NULL AS checksum
    FROM main.meta WHERE 0;
"""
_WITHOUT_TERMS = """
CREATE TEMP VIEW terms AS SELECT term FROM vocabulary;
"""


def read_as_newest(connection: sqlite3.Connection) -> None:
    """Let a connection that only reads see the tables of an older format as those of the newest.

    The views are temporary and hide the tables of the same names. Statements are run one by one, so
    that a transaction that is open stays open.
    """
    found = format_of(connection)
    views = {2: _2_AS_4, 3: _3_AS_4}.get(found, "")
    if found < WORD_SEGMENTS_SINCE:
        views += _WITHOUT_WORD_SEGMENTS
    if found < TERMS_SINCE:
        views += _WITHOUT_TERMS
    for statement in views.split(";"):
        connection.execute(statement)
