"""A language model that forecasts and explains: score head, contrast, generation."""

from trovato.train.forecast_lm.adapted_network import AdapterSettings, adapt_network
from trovato.train.forecast_lm.adapter import fit_adapter
from trovato.train.forecast_lm.losses import contrastive_loss, ranking_loss
from trovato.train.forecast_lm.model import ForecastLanguageModel
from trovato.train.forecast_lm.persistence import load_language_model, save_language_model
from trovato.train.forecast_lm.trainer import LanguageModelSettings, fit_language_model

__all__ = [
    "AdapterSettings",
    "ForecastLanguageModel",
    "LanguageModelSettings",
    "adapt_network",
    "contrastive_loss",
    "fit_adapter",
    "fit_language_model",
    "load_language_model",
    "ranking_loss",
    "save_language_model",
]
