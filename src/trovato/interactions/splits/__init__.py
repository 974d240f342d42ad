"""Parts and subsets of a log."""

__all__: tuple[str, ...] = ()
