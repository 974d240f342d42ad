"""A fitted language model in one file: of a pretrained one, what was learned beside it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from trovato.core import InvalidInputError, PathLike, UnreadableFileError, atomic_path
from trovato.llm.local.weights.loading import load_model
from trovato.train.forecast_lm.adapted_network import AdapterSettings, adapt_network
from trovato.train.forecast_lm.codec import PretrainedCodec, TextCodec, WordCodec
from trovato.train.forecast_lm.model import ForecastLanguageModel
from trovato.train.forecast_lm.network import build_network
from trovato.train.forecast_lm.text import vocabulary

_TIED, _EMBEDDINGS = "backbone.lm_head.weight", "backbone.model.embed_tokens.weight"


def save_language_model(path: PathLike, made: ForecastLanguageModel) -> None:
    """Write everything that was learned, heads included, to one file.

    Raises
    ------
    StorageError
        If the system refuses to write.
    """
    from safetensors.torch import save_file

    about: dict[str, Any] = {"base": made.base, "most": made.most}
    if isinstance(made.codec, WordCodec):
        about["words"] = len(vocabulary())
    else:
        about["adapters"] = asdict(made.network.settings)
        about["model"] = fingerprint(made.network.pretrained())
    weights = {
        name: value.contiguous()
        for name, value in made.network.state_dict().items()
        if name != _TIED
    }
    with atomic_path(path) as part:
        save_file(weights, part, metadata={"about": json.dumps(about)})


def load_language_model(path: PathLike, model: PathLike | None = None) -> ForecastLanguageModel:
    """What `save_language_model` wrote.

    Parameters
    ----------
    path
        The file.
    model
        Folder of the pretrained model, where one was adapted.

    Raises
    ------
    InvalidInputError
        If a pretrained model was adapted and its folder is not given.
    UnreadableFileError
        If there is no such file, it is of another vocabulary or model, or a head is missing.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(Path(path), framework="pt") as file:
            about = json.loads(file.metadata()["about"])
            weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        if "words" in about:
            weights[_TIED] = weights[_EMBEDDINGS]
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise _unreadable(path, error) from error
    network, codec = _empty(path, about, model)
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        raise _unreadable(path, error) from error
    return ForecastLanguageModel(network.eval(), codec, about["base"], about["most"])


def fingerprint(model: Any) -> str:
    """Tells one pretrained model from another: a digest of its last norm."""
    return hashlib.sha256(model.model.norm.weight.float().numpy().tobytes()).hexdigest()


def _unreadable(path: PathLike, error: Exception) -> UnreadableFileError:
    return UnreadableFileError(f"cannot read a forecasting language model from {path}: {error}")


def _empty(path: PathLike, about: dict[str, Any], folder: PathLike | None) -> tuple[Any, TextCodec]:
    if "words" in about:
        if about["words"] != len(vocabulary()):
            raise UnreadableFileError(
                f"{path} was made with {about['words']} words, this version has {len(vocabulary())}"
            )
        return build_network(about["words"]), WordCodec()
    if folder is None:
        raise InvalidInputError(f"{path} was learned beside a pretrained model: give its folder")
    pretrained, tokenizer = load_model(folder, "cpu", "float32", "sdpa", download=False)
    if fingerprint(pretrained) != about["model"]:
        raise UnreadableFileError(f"{path} was learned beside another model than {folder}")
    settings = AdapterSettings(**about["adapters"])
    return adapt_network(pretrained, settings), PretrainedCodec(tokenizer)
