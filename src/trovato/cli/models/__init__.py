"""Commands about language models on this machine."""

__all__: tuple[str, ...] = ()
