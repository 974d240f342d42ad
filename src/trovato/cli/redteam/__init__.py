"""Commands that attack answers and count whose comes out."""

__all__: tuple[str, ...] = ()
