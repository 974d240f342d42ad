"""A training that can be continued to the same end: its state in one file."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from trovato.core import Artifact, InvalidInputError
from trovato.train.rl.config import GRPOConfig
from trovato.train.rl.protocol import Example, ExampleSampler

_KIND = "checkpoint"
# What may differ when a training is continued: how far it goes, and when it must stop.
_FREE = ("steps", "max_kl", "min_entropy", "max_reward_drop", "checkpoint_every")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a training is.

    Parameters
    ----------
    step
        Steps that are done.
    smoothed, best
        Mean reward, smoothed, now and at its best; nan before the first step.
    first, last
        Rewards of the first steps, and of the last ones that are not among them.
    trajectory_bytes, step_bytes
        Sizes of the two logs.
    """

    step: int = 0
    smoothed: float = float("nan")
    best: float = float("nan")
    first: list[float] = field(default_factory=list)
    last: list[float] = field(default_factory=list)
    trajectory_bytes: int = 0
    step_bytes: int = 0


def trained(module: Any) -> dict[str, Any]:
    """Parameters that require a gradient, by name."""
    return {name: one for name, one in module.named_parameters() if one.requires_grad}


def fingerprint(
    module: Any, examples: Sequence[Example], config: GRPOConfig, sampler: ExampleSampler
) -> str:
    """Changes with the starting weights, the examples or their order, and what steps depend on."""
    about = {name: value for name, value in asdict(config).items() if name not in _FREE}
    rows = [[one.id, one.prompt, dict(one.fields)] for one in examples]
    total = zlib.crc32(
        json.dumps([about, rows, sampler.fingerprint], sort_keys=True, default=str).encode()
    )
    for name, value in sorted(module.state_dict().items()):
        array = value.detach().cpu().float().contiguous().numpy()
        total = zlib.crc32(array.tobytes(), zlib.crc32(name.encode(), total))
    return f"{total:08x}"


def save_checkpoint(
    path: Path, mark: str, at: Progress, module: Any, adam: Any, sampler: ExampleSampler
) -> None:
    """Write trained weights, the optimiser's moments and the sampler, whole or not at all.

    Raises
    ------
    StorageError
        If the system refuses to write.
    """
    arrays = {f"sampler {name}": value for name, value in sampler.state().items()}
    for name, value in trained(module).items():
        arrays[f"weight {name}"] = value.detach().cpu().float().numpy()
        for key, moment in adam.state.get(value, {}).items():
            arrays[f"{key} {name}"] = moment.cpu().float().numpy()
    Artifact(_KIND, mark, arrays, asdict(at)).save(path)


def load_checkpoint(
    path: Path, mark: str, module: Any, adam: Any, sampler: ExampleSampler
) -> Progress:
    """Put back what `save_checkpoint` wrote; the beginning where there is no file.

    Raises
    ------
    InvalidInputError
        If it is of another training.
    UnreadableFileError
        If it is damaged.
    """
    import torch

    if not path.exists():
        return Progress()
    found = Artifact.load(path, _KIND, remedy="remove the folder to begin anew")
    if found.fingerprint != mark:
        raise InvalidInputError(
            f"{path} was left by a training with other weights, examples or settings: finish that "
            "one, or take another folder"
        )
    for name, value in trained(module).items():
        value.data.copy_(torch.from_numpy(found.arrays[f"weight {name}"]))
        moments = {
            key: torch.from_numpy(found.arrays[f"{key} {name}"])
            for key in ("step", "exp_avg", "exp_avg_sq")
            if f"{key} {name}" in found.arrays
        }
        if moments:
            adam.state[value] = {
                key: moment if key == "step" else moment.to(value.device, value.dtype)
                for key, moment in moments.items()
            }
    state = {
        name.removeprefix("sampler "): value
        for name, value in found.arrays.items()
        if name.startswith("sampler ")
    }
    sampler.restore(state)
    return Progress(**found.about)
