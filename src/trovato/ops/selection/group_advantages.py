"""What each rollout of a group is worth beside the others (GRPO)."""

from __future__ import annotations

from typing import Literal

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Float64

AdvantageScale = Literal["group", "batch", "none"]


def group_advantages(
    rewards: Float64[np.ndarray, "groups size"],
    scale: AdvantageScale = "group",
    std_floor: float = 1e-4,
) -> Float64[np.ndarray, "groups size"]:
    """`(r − mean) / (std + floor)`, the mean being that of the group.

    Source: Shao et al. 2024 (GRPO, arXiv 2402.03300), equation 3. Where all rewards of a group are
    the same the advantages are exactly 0; where they differ by noise alone the floor keeps them
    small. The published programs use 1e-8, which makes noise as loud as a signal.

    Parameters
    ----------
    rewards
        One row for each prompt.
    scale
        Divide by the standard deviation (n − 1) of the group, by that of all rewards, or not.
    std_floor
        Added to the standard deviation.

    Raises
    ------
    InvalidInputError
        If a reward is not finite or the floor is not above 0.
    """
    if not np.isfinite(rewards).all() or not std_floor > 0:
        raise InvalidInputError(
            "rewards must be finite and std_floor above 0: a reward function that cannot judge a "
            "completion should give it 0"
        )
    centred: Float64[np.ndarray, "groups size"] = rewards - rewards.mean(axis=1, keepdims=True)
    centred[np.ptp(rewards, axis=1) == 0] = 0.0
    if scale == "none" or rewards.shape[1] < 2:
        return centred
    over_group = scale == "group"
    centred /= rewards.std(axis=1 if over_group else None, ddof=1, keepdims=True) + std_floor
    return centred
