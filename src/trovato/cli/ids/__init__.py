"""Commands that make and look after semantic ids."""

__all__: tuple[str, ...] = ()
