"""Commands on typed, dated sources and on the facts of a case."""

__all__: tuple[str, ...] = ()
