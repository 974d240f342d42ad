"""A language model that forecasts and explains: score head, contrast, generation."""

from trovato.train.forecast_lm.losses import contrastive_loss, ranking_loss
from trovato.train.forecast_lm.model import ForecastLanguageModel
from trovato.train.forecast_lm.trainer import LanguageModelSettings, fit_language_model

__all__ = [
    "ForecastLanguageModel",
    "LanguageModelSettings",
    "contrastive_loss",
    "fit_language_model",
    "ranking_loss",
]
