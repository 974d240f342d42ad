"""From scores to rankings: top-k, fusion, capacity, votes."""

__all__: tuple[str, ...] = ()
