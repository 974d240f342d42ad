"""Tiny models and an encoder for tests."""

__all__: tuple[str, ...] = ()
