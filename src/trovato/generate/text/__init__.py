"""Texts that answerers share: sentences, content words, prompts."""

__all__: tuple[str, ...] = ()
