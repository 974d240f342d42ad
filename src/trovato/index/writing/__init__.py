"""Work that a writer does: transactions, centroids, compaction, re-encoding, tuning."""

__all__: tuple[str, ...] = ()
