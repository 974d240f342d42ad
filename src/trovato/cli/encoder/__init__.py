"""`trovato encoder`: models of one's own."""

__all__: tuple[str, ...] = ()
