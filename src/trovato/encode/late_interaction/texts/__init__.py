"""Text encoders of late interaction: ColBERT and its like, with torch or as ONNX."""

from trovato.encode.late_interaction.texts.encoder import ColBERTEncoder
from trovato.encode.late_interaction.texts.export import export_text_encoder
from trovato.encode.late_interaction.texts.onnx import OnnxTextEncoder
from trovato.encode.late_interaction.texts.saving import save_colbert
from trovato.encode.late_interaction.texts.settings import TextSettings, text_settings

__all__ = [
    "ColBERTEncoder",
    "OnnxTextEncoder",
    "TextSettings",
    "export_text_encoder",
    "save_colbert",
    "text_settings",
]
