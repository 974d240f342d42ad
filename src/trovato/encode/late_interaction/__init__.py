"""Late-interaction models from a folder of your own: texts and page images to many vectors."""

from trovato.encode.late_interaction.fingerprint import folder_fingerprint
from trovato.encode.late_interaction.page_saving import save_page_encoder
from trovato.encode.late_interaction.pages import ModelInputs, PageImageEncoder, PatchVectors
from trovato.encode.late_interaction.texts import (
    ColBERTEncoder,
    OnnxTextEncoder,
    TextSettings,
    export_text_encoder,
    save_colbert,
    text_settings,
)

__all__ = [
    "ColBERTEncoder",
    "ModelInputs",
    "OnnxTextEncoder",
    "PageImageEncoder",
    "PatchVectors",
    "TextSettings",
    "export_text_encoder",
    "folder_fingerprint",
    "save_colbert",
    "save_page_encoder",
    "text_settings",
]
