"""Language models that see, in this process."""

from trovato.llm.vision.model import LocalVisionModel, sees

__all__ = ["LocalVisionModel", "sees"]
