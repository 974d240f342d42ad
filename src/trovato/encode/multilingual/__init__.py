"""A late-interaction encoder of many languages, of weights that a package carries."""

from trovato.encode.multilingual.e5 import MultilingualE5Encoder

__all__ = [
    "MultilingualE5Encoder",
]
