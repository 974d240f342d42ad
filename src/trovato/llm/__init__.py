"""Language models behind one protocol."""

from trovato.llm.endpoint import EndpointModel
from trovato.llm.in_process import Isolation, OpenEncoder, TransformersModel, verify_isolation
from trovato.llm.scripted import ScriptedModel

__all__ = [
    "EndpointModel",
    "Isolation",
    "OpenEncoder",
    "ScriptedModel",
    "TransformersModel",
    "verify_isolation",
]
