"""The option --llm."""

from __future__ import annotations

from trovato.core import InvalidInputError, LanguageModel
from trovato.llm import TransformersModel

LLM_HELP = "hf:FOLDER or hf:NAME for a model in this process; none: the best sentence."


def open_model(llm: str) -> LanguageModel | None:
    """The language model that an option names; None where it names none.

    Raises
    ------
    InvalidInputError
        If the kind of model is unknown.
    """
    if not llm:
        return None
    kind, mark, name = llm.partition(":")
    if kind == "hf" and name:
        return TransformersModel(name)
    raise InvalidInputError(f"--llm takes hf:FOLDER, got {llm!r}")
