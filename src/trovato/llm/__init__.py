"""Language models behind one protocol."""

from trovato.llm.local.gradient_encoder import OpenEncoder
from trovato.llm.local.isolation_check import Isolation, verify_isolation
from trovato.llm.local.model import LocalModel
from trovato.llm.scripted import ScriptedModel
from trovato.llm.server.model import OpenAICompatibleModel
from trovato.llm.vision import LocalVisionModel, sees

__all__ = [
    "Isolation",
    "LocalModel",
    "LocalVisionModel",
    "OpenAICompatibleModel",
    "OpenEncoder",
    "ScriptedModel",
    "sees",
    "verify_isolation",
]
