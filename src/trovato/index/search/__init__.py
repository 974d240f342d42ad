"""What one search sees: a snapshot, its vectors, its shards."""

__all__: tuple[str, ...] = ()
