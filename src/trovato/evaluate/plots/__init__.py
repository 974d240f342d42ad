"""Charts of measurements."""

__all__: tuple[str, ...] = ()
