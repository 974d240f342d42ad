"""Finds the page that answers, shows where on the page, and measures itself."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trovato.core import (
        Answer,
        Encoder,
        Evidence,
        Hit,
        Item,
        LanguageModel,
        Measure,
        Query,
        Ranking,
        Recommender,
        Retriever,
        TrovatoError,
    )
    from trovato.index import Collection
    from trovato.library import IngestReport, Library

    __version__: str

__all__ = [
    "Answer",
    "Collection",
    "Encoder",
    "Evidence",
    "Hit",
    "IngestReport",
    "Item",
    "LanguageModel",
    "Library",
    "Measure",
    "Query",
    "Ranking",
    "Recommender",
    "Retriever",
    "TrovatoError",
    "__version__",
]

_ROOMS = {"Collection": "index", "IngestReport": "library", "Library": "library"}


def __getattr__(name: str) -> Any:
    # Loaded on first use: `trovato --help` does without NumPy, and so without `trovato.core`.
    if name == "__version__":
        from importlib.metadata import version

        return version("trovato")
    if name in __all__:
        return getattr(import_module(f"trovato.{_ROOMS.get(name, 'core')}"), name)
    raise AttributeError(f"module 'trovato' has no attribute {name!r}")


def __dir__() -> list[str]:
    return list(__all__)
