"""Commands on one collection: index, search, ask, evaluate, maintain."""

__all__: tuple[str, ...] = ()
