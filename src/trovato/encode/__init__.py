"""Text to token vectors: the embedded late-interaction encoder, without torch."""

from trovato.encode.minilm import MiniLMEncoder

__all__ = [
    "MiniLMEncoder",
]
