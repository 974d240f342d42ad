"""A log on disk: layout, schema, partitions, checksums."""
