"""The models that are on this machine."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

_NAME = re.compile(r"\w[\w.-]*")


@dataclass(frozen=True, slots=True)
class StoredModel:
    """A model on this machine.

    Parameters
    ----------
    llm
        What `--llm` takes for it.
    source
        Where it is: in trovato's folder of models, or in the cache of the Hugging Face hub.
    path
        Its folder.
    bytes
        On disk.
    """

    llm: str
    source: Literal["folder", "hub"]
    path: str
    bytes: int


def models_folder() -> Path:
    """Where fetched models lie: on Linux `$XDG_DATA_HOME/trovato/models`."""
    from platformdirs import user_data_path

    return user_data_path("trovato", appauthor=False) / "models"


def stored_model(name: str) -> Path | None:
    """The folder of a model that was fetched under this name; None where there is none."""
    path = models_folder() / name
    return path if _NAME.fullmatch(name) and path.is_dir() else None


def stored_models() -> list[StoredModel]:
    """All that were fetched, and what else the cache of the Hugging Face hub holds; by name."""
    own = [path for path in _folders(models_folder()) if not path.name.startswith(".")]
    found = [StoredModel(path.name, "folder", str(path), _size(path)) for path in own]
    if find_spec("huggingface_hub"):
        from huggingface_hub.constants import HF_HUB_CACHE

        for path in _folders(Path(HF_HUB_CACHE)):
            kind, *name = path.name.split("--")
            if kind == "models" and list(path.glob("snapshots/*/config.json")):
                llm = f"hf:{'/'.join(name)}"
                found.append(StoredModel(llm, "hub", str(path), _size(path)))
    return found


def _folders(path: Path) -> list[Path]:
    return sorted(one for one in path.iterdir() if one.is_dir()) if path.is_dir() else []


def _size(path: Path) -> int:
    # The cache of the hub names each file a second time, by a link.
    files = (one for one in path.rglob("*") if one.is_file() and not one.is_symlink())
    return sum(one.stat().st_size for one in files)
