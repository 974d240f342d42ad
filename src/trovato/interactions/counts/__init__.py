"""Events of a log, counted."""

__all__: tuple[str, ...] = ()
