"""Recommendations over HTTP."""

__all__: tuple[str, ...] = ()
