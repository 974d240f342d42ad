"""LoRA of a pretrained language model that forecasts, and says why."""

from __future__ import annotations

from collections.abc import Sequence

from trovato.core import PathLike, ProgressCallback, no_progress
from trovato.llm.local.weights.loading import load_model
from trovato.retrieve.forecasts import Origin
from trovato.train.forecast_lm.adapted_network import AdapterSettings, adapt_network
from trovato.train.forecast_lm.codec import PretrainedCodec
from trovato.train.forecast_lm.model import ForecastLanguageModel
from trovato.train.forecast_lm.trainer import LanguageModelSettings, fit_network
from trovato.train.forecasts import Truth


def fit_adapter(
    folder: PathLike,
    past: Sequence[tuple[Origin, Truth]],
    settings: LanguageModelSettings = LanguageModelSettings(
        learning_rate=1e-3, batch=16, batches=16, steps=64
    ),
    adapter: AdapterSettings = AdapterSettings(),
    *,
    most: int = 0,
    progress: ProgressCallback = no_progress,
) -> ForecastLanguageModel:
    """Adapt a pretrained model by the loss of `fit_language_model`.

    Parameters
    ----------
    folder
        A model of the Llama or Qwen family, as transformers saves it.
    past
        Origins, and what came after them.
    settings
        How to fit. Few different batches are drawn, for what the lower layers make of them is kept.
    adapter
        What is learned beside the model.
    most
        Of how many items the fitted model is asked; 0 for all.
    progress
        Told of steps.

    Raises
    ------
    InvalidInputError
        If there is nothing to learn from, or the model has too few layers.
    MissingExtraError
        If torch or transformers is not installed.
    ModelUnavailableError
        If the folder holds no whole model.
    """
    pretrained, tokenizer = load_model(folder, "cpu", "float32", "sdpa", download=False)
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        network = adapt_network(pretrained, adapter)
        codec = PretrainedCodec(tokenizer)
        fit_network(network, codec, past, settings, progress)
    return ForecastLanguageModel(network, codec, settings.base, most)
