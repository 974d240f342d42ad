"""Records that all stages share: items, pages, prompts, answers, vectors of tokens."""

__all__: tuple[str, ...] = ()
