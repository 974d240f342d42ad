"""The index of words: what goes in, its vocabulary, and questions to it."""

__all__: tuple[str, ...] = ()
