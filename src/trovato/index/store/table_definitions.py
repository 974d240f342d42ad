"""The tables of a collection of the newest format."""

# A file is published (live = 1) or a draft (live = 0); one of each may bear the same name. It is
# what is written and replaced as a whole: a document with its pages, or an item and its parts. Rows
# of `items` and `segments` are never numbered twice, so a number names the same thing for ever.
#
# The items of a file have numbers in it (`page`). From 1 on they are pages: `id` is NULL, since it
# is made of name and number; the kind is the file's, the parent is the document, and the place
# follows from the number. 0 is an item whose id is the file's name. Below 0 are parts with an `id`
# of their own. `parent` is an id, in the same file or another; so is `target` of a link, which may
# be the id of nothing yet. `location` is JSON: file, page and box, or null. `pages` of a file
# counts its items from 0 on.
#
# Drafts have no rows in `words`, so they count in no statistic of a search.
#
# `fields` are the kinds of vectors that items have; 1 is the one that is searched by default.
# Segments of a field hold the items `first_item … first_item + items - 1`; `live` of them are
# published; those of one field do not overlap, and hold every item above `since`, which is the last
# one that was there when the field was added. Up to that, an item in no segment of the field is
# still to be encoded. `cells` names the files that say in which cells of a codebook a segment's
# vectors lie; a segment without is scanned whole. How the vectors of a segment are stored is said
# by `bits` (the number of a codec, see `VectorFormat.columns`; residual codes belong to that
# codebook), `dims` (0 for all) and `pooling`; `form` of a field is that of new segments. `pools`
# says which vector of a pooled item stands for each token; `tokens` counts those of a file. `gaps`
# of a segment's numbers were no item any more when it was written.
SEGMENTS_TABLE = """
CREATE TABLE segments (
    segment INTEGER PRIMARY KEY AUTOINCREMENT,
    field INTEGER NOT NULL,
    first_item INTEGER NOT NULL,
    items INTEGER NOT NULL,
    live INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    bits INTEGER NOT NULL,
    codebook INTEGER NOT NULL,
    dims INTEGER NOT NULL,
    pooling REAL NOT NULL,
    gaps INTEGER NOT NULL,
    UNIQUE (field, first_item)
);
CREATE TRIGGER segment_gone AFTER DELETE ON segments BEGIN
    DELETE FROM cells WHERE segment = old.segment;
END;
"""

FIELD_TABLES = """
CREATE TABLE fields (
    field INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    fingerprint TEXT NOT NULL,
    dim INTEGER NOT NULL,
    single INTEGER NOT NULL,
    form TEXT NOT NULL,
    since INTEGER NOT NULL
);
CREATE TABLE tokens (
    file INTEGER, field INTEGER, tokens INTEGER NOT NULL, PRIMARY KEY (file, field)
) WITHOUT ROWID;
CREATE TABLE pools (
    field INTEGER, item INTEGER, owners BLOB NOT NULL, PRIMARY KEY (field, item)
) WITHOUT ROWID;
CREATE TABLE projection (field INTEGER PRIMARY KEY, dim INTEGER NOT NULL, matrix BLOB NOT NULL);
"""

LINKS_TABLE = """
CREATE TABLE links (
    item INTEGER,
    number INTEGER,
    target TEXT NOT NULL,
    text TEXT NOT NULL,
    first INTEGER,
    last INTEGER,
    PRIMARY KEY (item, number)
) WITHOUT ROWID;
CREATE INDEX links_by_target ON links (target);
"""

ITEM_INDEXES = """
CREATE INDEX items_by_id ON items (id) WHERE id IS NOT NULL;
CREATE INDEX items_by_parent ON items (parent) WHERE parent IS NOT NULL;
"""

# What the pages' texts are in the index is said by functions of ours, see `connect`; FTS5 keeps no
# copy of it and asks for it again when a page goes.
TOKENIZER = "\"porter unicode61 remove_diacritics 0 categories 'L* N* Co M*'\""
WORD_INDEX = f"""
CREATE VIEW published AS SELECT item, file, search_words(text) AS text,
    search_words(context) AS context, codes(text) || ' ' || codes(context) AS codes
    FROM pages JOIN items USING (item) JOIN files USING (file) WHERE live;
CREATE VIRTUAL TABLE words USING fts5(
    text, context, codes, content='published', content_rowid='item',
    tokenize={TOKENIZER}
);
"""  # noqa: S608 (text of our own)

# Postings of the same words, for fast ranking: each published item is in one of the files, and not
# among the dead of that one. `dead` counts them.
WORD_SEGMENTS = """
CREATE TABLE word_segments (
    segment INTEGER PRIMARY KEY AUTOINCREMENT,
    first_item INTEGER NOT NULL,
    last_item INTEGER NOT NULL,
    items INTEGER NOT NULL,
    terms INTEGER NOT NULL,
    postings INTEGER NOT NULL,
    letters INTEGER NOT NULL,
    dead INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    checksum INTEGER NOT NULL
);
CREATE TABLE dead_words (
    segment INTEGER, item INTEGER, PRIMARY KEY (segment, item)
) WITHOUT ROWID;
CREATE TRIGGER word_segment_gone AFTER DELETE ON word_segments BEGIN
    DELETE FROM dead_words WHERE segment = old.segment;
END;
"""

# The terms that published items have, and some that only deleted ones had: those are gone after a
# compaction. FTS5 counts the pages of each term that it lists, which takes as long as the index is.
TERMS_TABLE = """
CREATE TABLE terms (term TEXT PRIMARY KEY) WITHOUT ROWID;
"""

TABLES = f"""
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE files (
    file INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    live INTEGER NOT NULL,
    digest TEXT NOT NULL,
    kind TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    pages INTEGER NOT NULL,
    UNIQUE (name, live)
);
CREATE TABLE items (
    item INTEGER PRIMARY KEY AUTOINCREMENT,
    file INTEGER NOT NULL,
    page INTEGER NOT NULL,
    id TEXT,
    kind TEXT,
    parent TEXT,
    place INTEGER,
    location TEXT,
    image TEXT,
    UNIQUE (file, page)
);
CREATE TABLE pages (
    item INTEGER PRIMARY KEY,
    text TEXT NOT NULL,
    context TEXT NOT NULL,
    layout BLOB NOT NULL,
    spans BLOB NOT NULL
);
CREATE TABLE file_attributes (file, key, value, PRIMARY KEY (file, key)) WITHOUT ROWID;
CREATE INDEX file_attributes_by_value ON file_attributes (key, value);
CREATE TABLE page_attributes (item, key, value, PRIMARY KEY (item, key)) WITHOUT ROWID;
CREATE INDEX page_attributes_by_value ON page_attributes (key, value);
CREATE TABLE codecs (
    codebook INTEGER NOT NULL,
    bits INTEGER NOT NULL,
    cutoffs BLOB NOT NULL,
    levels BLOB NOT NULL,
    PRIMARY KEY (codebook, bits)
) WITHOUT ROWID;
CREATE TABLE codebooks (
    codebook INTEGER PRIMARY KEY AUTOINCREMENT,
    cells INTEGER NOT NULL,
    codes BLOB NOT NULL,
    scales BLOB NOT NULL,
    card TEXT,
    field INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE cells (
    segment INTEGER PRIMARY KEY,
    codebook INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    checksum INTEGER NOT NULL
);
CREATE TABLE failures (
    name TEXT PRIMARY KEY, digest TEXT NOT NULL, reason TEXT NOT NULL
) WITHOUT ROWID;
{WORD_INDEX}{WORD_SEGMENTS}{TERMS_TABLE}
{SEGMENTS_TABLE}{FIELD_TABLES}{LINKS_TABLE}{ITEM_INDEXES}
"""
