"""Text to token vectors: the embedded late-interaction encoder, without torch."""

from trovato.encode.minilm import MiniLMEncoder
from trovato.encode.multilingual import MultilingualE5Encoder
from trovato.encode.ray_encoder import RayEncoder
from trovato.encode.registry import DEFAULT_ENCODER, ENCODERS, load_encoder

__all__ = [
    "DEFAULT_ENCODER",
    "ENCODERS",
    "MiniLMEncoder",
    "MultilingualE5Encoder",
    "RayEncoder",
    "load_encoder",
]
