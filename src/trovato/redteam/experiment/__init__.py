"""Attacks times defences: scenarios, runs, outcomes."""

__all__: tuple[str, ...] = ()
