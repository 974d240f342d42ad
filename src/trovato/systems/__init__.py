"""Whole arrangements of trovato's parts, one module each."""

__all__: tuple[str, ...] = ()
