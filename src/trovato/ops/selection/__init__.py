"""Which examples are worth learning from: scores, diverse choice, group advantages."""

__all__: tuple[str, ...] = ()
