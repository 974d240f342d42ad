"""A log checked row by row."""

__all__: tuple[str, ...] = ()
