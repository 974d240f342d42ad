"""Logs of behaviour: who saw what, in which order, and what they did."""

__all__: tuple[str, ...] = ()
