"""Texts that answerers share: sentences, content words, prompts."""
