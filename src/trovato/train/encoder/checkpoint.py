"""Training of an encoder that can be continued: its state in a file."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from trovato.core import Artifact, InvalidInputError
from trovato.train.encoder.config import EncoderTraining
from trovato.train.encoder.pairs import TrainingPair

_KIND = "encoder training"
_MOMENTS = ("exp_avg", "exp_avg_sq")


def training_fingerprint(
    source: str, pairs: Sequence[TrainingPair], config: EncoderTraining, bidirectional: bool
) -> str:
    """Changes when what is trained, or on what, or how, changes."""
    about = json.dumps([source, asdict(config), bidirectional], sort_keys=True)
    mark = zlib.crc32(about.encode())
    for pair in pairs:
        mark = zlib.crc32(json.dumps(asdict(pair), sort_keys=True).encode(), mark)
    return f"{mark:08x}"


def save_state(path: Path, mark: str, network: Any, optimiser: Any, losses: list[float]) -> None:
    """Write weights, Adam's moments and the losses so far, whole or not at all.

    Raises
    ------
    StorageError
        If the system refuses to write.
    """
    arrays = {}
    for name, value in network.named_parameters():
        arrays[f"weight {name}"] = value.detach().float().cpu().numpy()
        for moment in _MOMENTS:
            if moment in (state := optimiser.state.get(value, {})):
                arrays[f"{moment} {name}"] = state[moment].float().cpu().numpy()
    arrays["losses"] = np.array(losses, np.float64)
    Artifact(_KIND, mark, arrays).save(path)


def load_state(path: Path, mark: str, network: Any, optimiser: Any) -> list[float]:
    """Put back what `save_state` wrote, and give the losses; none where there is no file.

    Raises
    ------
    InvalidInputError
        If it is of other pairs or settings.
    UnreadableFileError
        If it is damaged.
    """
    import torch

    if not path.exists():
        return []
    found = Artifact.load(path, _KIND, remedy="remove it to begin anew")
    if found.fingerprint != mark:
        raise InvalidInputError(
            f"{path} was left by a training on other pairs or with other settings: finish that "
            "one, or remove the file to begin anew"
        )
    losses: list[float] = found.arrays["losses"].tolist()
    for name, value in network.named_parameters():
        with torch.no_grad():
            value.copy_(torch.from_numpy(found.arrays[f"weight {name}"]))
        if f"exp_avg {name}" in found.arrays:
            optimiser.state[value] = {
                "step": torch.tensor(float(len(losses))),
                **{
                    moment: torch.from_numpy(found.arrays[f"{moment} {name}"]).to(value)
                    for moment in _MOMENTS
                },
            }
    return losses
