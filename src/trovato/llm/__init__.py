"""Language models behind one protocol."""

from trovato.llm.scripted import ScriptedModel

__all__ = ["ScriptedModel"]
