"""Commands on collections of pictures."""

__all__: tuple[str, ...] = ()
