"""Commands on logs of behaviour."""

__all__: tuple[str, ...] = ()
