"""All engines by name, each imported when it is asked for; a name's first word is its family."""

from __future__ import annotations

import importlib
from typing import Any

from peers.engine import Engine

# Module and class in this package, and what the class is made with.
ENGINES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "trovato collection": ("trovato_", "TrovatoCollection", {}),
    "trovato collection, 4 bits": ("trovato_", "TrovatoCollection", {"bits": 4}),
    "trovato collection, 2 bits": ("trovato_", "TrovatoCollection", {"bits": 2}),
    "trovato int8 scan": ("trovato_", "TrovatoScan", {"number_format": "int8"}),
    "trovato fp16 scan": ("trovato_", "TrovatoScan", {"number_format": "fp16"}),
    "trovato fp32 scan": ("trovato_", "TrovatoScan", {"number_format": "fp32"}),
    "maxsim-cpu": ("maxsim_cpu", "MaxsimCpu", {}),
    "torch exact": ("torch_exact", "TorchExact", {}),
    "faiss IVF-PQ + rerank": ("faiss_ivf", "FaissIVF", {}),
    "lancedb flat": ("lancedb", "LanceDB", {"indexed": False}),
    "lancedb IVF-PQ": ("lancedb", "LanceDB", {"indexed": True}),
    "qdrant local": ("qdrant", "QdrantLocal", {}),
    "pylate PLAID": ("pylate", "PyLatePlaid", {}),
    "fast-plaid": ("fast_plaid", "FastPlaid", {}),
    "xtr-warp": ("xtr_warp", "XtrWarp", {}),
}


def make_engine(name: str) -> Engine:
    """A fresh engine.

    Raises
    ------
    ImportError
        If its package is not installed or does not load here.
    """
    module, kind, options = ENGINES[name]
    engine: Engine = getattr(importlib.import_module(f"peers.{module}"), kind)(**options)
    return engine


def chosen(families: str | None) -> list[str]:
    """Names of the engines whose name or family is in a list with commas; all without one.

    Raises
    ------
    ValueError
        If a name fits no engine.
    """
    if families is None:
        return list(ENGINES)
    names = []
    for wanted in families.split(","):
        fitting = [name for name in ENGINES if wanted in (name, name.split()[0])]
        if not fitting:
            raise ValueError(f"no engine {wanted!r}; there are {', '.join(ENGINES)}")
        names += fitting
    return names
