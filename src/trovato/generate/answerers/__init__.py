"""Ways to answer from documents, and their registry."""

__all__: tuple[str, ...] = ()
