"""Intervals and tests of differences."""

__all__: tuple[str, ...] = ()
