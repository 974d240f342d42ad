"""The laws of what is stored."""

__all__: tuple[str, ...] = ()
