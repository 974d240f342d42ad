"""Recommenders of learnt vectors."""

__all__: tuple[str, ...] = ()
