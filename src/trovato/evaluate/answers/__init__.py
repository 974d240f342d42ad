"""Answers against what is right: matching, reasoning told apart, attack metrics."""

__all__: tuple[str, ...] = ()
