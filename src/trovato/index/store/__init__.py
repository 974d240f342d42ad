"""The database of a collection: schema, tables, full text, filters."""

__all__: tuple[str, ...] = ()
