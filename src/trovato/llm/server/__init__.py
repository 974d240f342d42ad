"""Language models behind OpenAI-compatible servers, as servers are."""

__all__: tuple[str, ...] = ()
