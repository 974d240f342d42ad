"""Language models, and agents made of them, as policies."""

__all__: tuple[str, ...] = ()
