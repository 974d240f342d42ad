"""Language models in this process, by transformers."""

from trovato.llm.local.gradient_encoder import OpenEncoder
from trovato.llm.local.isolation_check import Isolation, verify_isolation
from trovato.llm.local.model import LocalModel

__all__ = [
    "Isolation",
    "LocalModel",
    "OpenEncoder",
    "verify_isolation",
]
