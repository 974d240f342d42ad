"""The options --llm and --llm-model."""

from __future__ import annotations

from trovato.core import InvalidInputError, LanguageModel
from trovato.llm import EndpointModel, TransformersModel

LLM_HELP = (
    "hf:FOLDER or hf:NAME for a model in this process, http://… for an OpenAI-compatible server; "
    "none: the best sentence."
)
MODEL_HELP = "Which of the server's models; the first by default."


def open_model(llm: str, name: str = "") -> LanguageModel | None:
    """The language model that the options name; None where they name none.

    Raises
    ------
    InvalidInputError
        If the kind of model is unknown.
    """
    if not llm:
        return None
    if llm.startswith(("http://", "https://")):
        return EndpointModel(llm, name)
    kind, _, folder = llm.partition(":")
    if kind == "hf" and folder:
        return TransformersModel(folder)
    raise InvalidInputError(f"--llm takes hf:FOLDER or http://…, got {llm!r}")
