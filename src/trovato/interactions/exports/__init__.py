"""Files for others: recommendations and submissions."""

__all__: tuple[str, ...] = ()
