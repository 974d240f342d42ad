"""Where events are kept."""

__all__: tuple[str, ...] = ()
