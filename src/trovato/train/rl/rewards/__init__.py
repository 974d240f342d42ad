"""How good an answer is."""

__all__: tuple[str, ...] = ()
