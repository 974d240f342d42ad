"""Language models as options name them: --llm, --attacker."""

from __future__ import annotations

from trovato.core import InvalidInputError, LanguageModel, without_credentials

LLM_HELP = (
    "hf:FOLDER or hf:NAME for a model in this process, http://… for an OpenAI-compatible server; "
    "none: the best sentence."
)
MODEL_HELP = "Which of the server's models; the first by default."


def open_model(llm: str, name: str = "", option: str = "--llm") -> LanguageModel | None:
    """The language model that an option names; None where it names none.

    Parameters
    ----------
    llm
        The option's value.
    name
        Which of a server's models.
    option
        Named in errors.

    Raises
    ------
    InvalidInputError
        If the kind of model is unknown.
    """
    if not llm:
        return None
    # Loaded here: most commands need no client of servers.
    from trovato.llm import LocalModel, OpenAICompatibleModel

    if llm.startswith(("http://", "https://")):
        return OpenAICompatibleModel(llm, name)
    kind, _, folder = llm.partition(":")
    if kind == "hf" and folder:
        return LocalModel(folder)
    shown = without_credentials(llm)
    raise InvalidInputError(f"{option} takes hf:FOLDER or http://…, got {shown!r}")
