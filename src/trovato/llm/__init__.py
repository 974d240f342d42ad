"""Language models behind one protocol."""

from trovato.llm.in_process import Isolation, TransformersModel, verify_isolation
from trovato.llm.scripted import ScriptedModel

__all__ = ["Isolation", "ScriptedModel", "TransformersModel", "verify_isolation"]
