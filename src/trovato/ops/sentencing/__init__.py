"""Terms of imprisonment as numbers: bins, and the calculation that leads to one."""

__all__: tuple[str, ...] = ()
