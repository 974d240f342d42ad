"""SDAG as an arrangement: its mask over the pages that a library finds."""

from __future__ import annotations

from trovato.core import LanguageModel
from trovato.library import Library, QuestionAnswerer, build_answerer


def build(library: Library, model: LanguageModel, *, k: int = 5) -> QuestionAnswerer:
    """Answers of a model that reads documents under the sparse mask: none sees another.

    Raises
    ------
    InvalidInputError
        If the model cannot be masked, as one behind a server.
    """
    return build_answerer(library, model, guard="sdag", k=k)
