"""Late-interaction models from a folder of your own: texts and page images to many vectors."""

from trovato.encode.late_interaction.fingerprint import folder_fingerprint
from trovato.encode.late_interaction.pages import PageImageEncoder, PatchVectors
from trovato.encode.late_interaction.saving import save_colbert
from trovato.encode.late_interaction.text import ColBERTEncoder
from trovato.encode.late_interaction.text_export import export_text_encoder
from trovato.encode.late_interaction.text_onnx import OnnxTextEncoder
from trovato.encode.late_interaction.text_settings import TextSettings, text_settings

__all__ = [
    "ColBERTEncoder",
    "OnnxTextEncoder",
    "PageImageEncoder",
    "PatchVectors",
    "TextSettings",
    "export_text_encoder",
    "folder_fingerprint",
    "save_colbert",
    "text_settings",
]
