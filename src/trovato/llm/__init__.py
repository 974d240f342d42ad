"""Language models behind one protocol."""

from trovato.llm.local.gradient_encoder import OpenEncoder
from trovato.llm.local.isolation_check import Isolation, verify_isolation
from trovato.llm.local.model import TransformersModel
from trovato.llm.openai_compatible import EndpointModel
from trovato.llm.scripted import ScriptedModel

__all__ = [
    "EndpointModel",
    "Isolation",
    "OpenEncoder",
    "ScriptedModel",
    "TransformersModel",
    "verify_isolation",
]
