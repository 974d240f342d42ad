"""Language models in this process, by transformers."""

from trovato.llm.in_process.isolation import Isolation, verify_isolation
from trovato.llm.in_process.model import TransformersModel
from trovato.llm.in_process.open_encoder import OpenEncoder

__all__ = ["Isolation", "OpenEncoder", "TransformersModel", "verify_isolation"]
