"""The recommenders of the benchmark, by name, each with its own settings."""

from trovato.recommend.models.config import ModelConfig
from trovato.recommend.models.content import ContentConfig, content_vectors
from trovato.recommend.models.factors import BPRConfig, IALSConfig, LightGCNModelConfig
from trovato.recommend.models.generative import GenerativeModelConfig
from trovato.recommend.models.linear import EASEConfig, SLIMConfig
from trovato.recommend.models.neighbours import ItemKNNConfig
from trovato.recommend.models.non_personalized import (
    ConversionConfig,
    PopularityConfig,
    RandomConfig,
    RecentConfig,
)
from trovato.recommend.models.registry import (
    MODELS,
    fit_model,
    lacks,
    model_config,
    model_configs,
    settings_of,
)
from trovato.recommend.models.sequential import GSASRecConfig, SASRecConfig

__all__ = [
    "MODELS",
    "BPRConfig",
    "ContentConfig",
    "ConversionConfig",
    "EASEConfig",
    "GSASRecConfig",
    "GenerativeModelConfig",
    "IALSConfig",
    "ItemKNNConfig",
    "LightGCNModelConfig",
    "ModelConfig",
    "PopularityConfig",
    "RandomConfig",
    "RecentConfig",
    "SASRecConfig",
    "SLIMConfig",
    "content_vectors",
    "fit_model",
    "lacks",
    "model_config",
    "model_configs",
    "settings_of",
]
