"""Typed, dated sources in a library, and cases asked of them."""

__all__: tuple[str, ...] = ()
