"""Commands that choose what to learn from, and train."""

__all__: tuple[str, ...] = ()
