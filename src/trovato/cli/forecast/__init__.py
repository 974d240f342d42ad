"""`trovato forecast`: what will be wanted next."""

__all__: tuple[str, ...] = ()
