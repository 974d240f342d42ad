"""Models on this machine: which there are, how to get one, and whether it works."""

__all__: tuple[str, ...] = ()
