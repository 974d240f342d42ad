"""The laws of each part, as checks that you can run on your own."""

__all__: tuple[str, ...] = ()
