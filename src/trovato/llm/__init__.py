"""Language models behind one protocol."""

from trovato.llm.catalogue.checking import ModelCheck, check_model
from trovato.llm.catalogue.fetching import get_model
from trovato.llm.catalogue.folder import StoredModel, models_folder, stored_model, stored_models
from trovato.llm.catalogue.packages import PACKAGED_MODELS, PackagedModel
from trovato.llm.local.gradient_encoder import OpenEncoder
from trovato.llm.local.isolation_check import Isolation, verify_isolation
from trovato.llm.local.model import LocalModel
from trovato.llm.scripted import ScriptedModel
from trovato.llm.server.model import OpenAICompatibleModel
from trovato.llm.vision import LocalVisionModel, sees

__all__ = [
    "PACKAGED_MODELS",
    "Isolation",
    "LocalModel",
    "LocalVisionModel",
    "ModelCheck",
    "OpenAICompatibleModel",
    "OpenEncoder",
    "PackagedModel",
    "ScriptedModel",
    "StoredModel",
    "check_model",
    "get_model",
    "models_folder",
    "sees",
    "stored_model",
    "stored_models",
    "verify_isolation",
]
