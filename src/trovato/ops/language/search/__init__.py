"""What a search reads in a question: words, phrases, codes, near words."""

__all__: tuple[str, ...] = ()
