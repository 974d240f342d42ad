"""Tables of a project in PostgreSQL: the same as in SQLite, in a schema of the database."""

from __future__ import annotations

POSTGRES_VERSION = 2  # in which writers number the events

# Texts are ordered by code points, as in SQLite, whatever the database speaks.
_TEXT = 'TEXT COLLATE "C" NOT NULL'

POSTGRES_SCHEMA = (
    f"CREATE TABLE about (key {_TEXT} PRIMARY KEY, value {_TEXT})",
    f"""CREATE TABLE document (
      place BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      id {_TEXT} UNIQUE, title {_TEXT}, text {_TEXT}, sha256 {_TEXT}
    )""",
    """CREATE INDEX words ON document
      USING gin (to_tsvector('simple', title || ' ' || text))""",
    f"""CREATE TABLE event (
      seq BIGINT PRIMARY KEY,
      id {_TEXT} UNIQUE, actor {_TEXT}, kind {_TEXT},
      slot {_TEXT}, query {_TEXT}, document {_TEXT}, owner {_TEXT}, key {_TEXT},
      payload {_TEXT},
      client_time DOUBLE PRECISION NOT NULL, server_time DOUBLE PRECISION NOT NULL,
      hash {_TEXT}
    )""",
    "CREATE INDEX event_slot ON event (slot, query, document, owner, key, seq)",
    """CREATE FUNCTION stays() RETURNS TRIGGER LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'events are only ever added'; END $$""",
    """CREATE TRIGGER event_stays BEFORE UPDATE OR DELETE ON event
      FOR EACH ROW EXECUTE FUNCTION stays()""",
    f"""CREATE TABLE slot (
      kind {_TEXT}, query {_TEXT}, document {_TEXT}, owner {_TEXT}, key {_TEXT},
      event BIGINT NOT NULL,
      PRIMARY KEY (kind, query, document, owner, key)
    )""",
    "CREATE INDEX slot_owner ON slot (kind, owner, key)",
    "CREATE TABLE undone (event BIGINT PRIMARY KEY)",
    f"""CREATE TABLE pool_item (
      query {_TEXT}, document {_TEXT},
      place DOUBLE PRECISION NOT NULL, size DOUBLE PRECISION NOT NULL,
      priority DOUBLE PRECISION NOT NULL,
      batch BIGINT NOT NULL, wanted BIGINT NOT NULL, judged BIGINT NOT NULL,
      PRIMARY KEY (query, document)
    )""",
    "CREATE INDEX open_item ON pool_item (batch, query, place) WHERE judged < wanted",
    f"""CREATE TABLE lease (
      query {_TEXT}, document {_TEXT}, actor {_TEXT}, until DOUBLE PRECISION NOT NULL,
      PRIMARY KEY (query, document, actor)
    )""",
    "CREATE INDEX lease_actor ON lease (actor, until)",
    # As SQLite has it, for paths of one name.
    """CREATE FUNCTION json_extract(said TEXT, path TEXT) RETURNS TEXT LANGUAGE SQL IMMUTABLE AS
      $$ SELECT said::json ->> substr(path, 3) $$""",
)
