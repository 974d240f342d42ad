"""Vectors made smaller, projected, normalised and compared."""

__all__: tuple[str, ...] = ()
