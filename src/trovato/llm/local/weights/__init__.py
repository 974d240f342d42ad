"""Weights of a model: found, read, and merged with an adapter."""

__all__: tuple[str, ...] = ()
