"""A log on disk: layout, schema, partitions, checksums."""

__all__: tuple[str, ...] = ()
