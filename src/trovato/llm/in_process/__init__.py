"""Language models in this process, by transformers."""

from trovato.llm.in_process.isolation import Isolation, verify_isolation
from trovato.llm.in_process.model import TransformersModel

__all__ = ["Isolation", "TransformersModel", "verify_isolation"]
