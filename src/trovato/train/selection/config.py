"""How examples are scored and put in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from trovato.core import InvalidInputError

Learnability = Literal["variance", "gaussian", "quantile-gaussian", "beta-posterior", "progress"]


@dataclass(frozen=True, slots=True)
class SelectionConfig:
    """Settings of `select_examples`.

    Source: Wang et al. 2026 (MiniRec, arXiv 2602.04278).

    Parameters
    ----------
    learnability
        What makes an example worth learning from. "variance": its rollouts differ most; "gaussian":
        its mean reward is near `mu`; "quantile-gaussian": the same in ranks, for rewards that are
        mostly near 0; "beta-posterior": it may sometimes succeed, as far as its rollouts
        tell; "progress": a short training raised its reward (needs base rewards).
    mu
        Mean reward to prefer, for the two Gaussians; None for .5, and for the median of rewards
        above `reward_floor` in ranks.
    sigma
        Their width, in rewards or in ranks; None for the standard deviation of mean rewards, and
        for .2 in ranks.
    alpha
        Weight of learnability beside representativeness.
    reward_floor
        Rewards up to it count as none, in ranks.
    group_size
        Examples to a group of the curriculum, each from easy to hard; 0 for one group of all.
    seed
        Of the order before it is cut into groups.

    Raises
    ------
    InvalidInputError
        If a number is out of range or a name is not known.
    """

    learnability: Learnability = "variance"
    mu: float | None = None
    sigma: float | None = None
    alpha: float = 1.0
    reward_floor: float = 1e-3
    group_size: int = 64
    seed: int = 42

    def __post_init__(self) -> None:
        if self.learnability not in get_args(Learnability):
            raise InvalidInputError(
                f"learnability is one of {', '.join(get_args(Learnability))}, got "
                f"{self.learnability!r}"
            )
        if self.alpha < 0 or self.group_size < 0 or self.seed < 0:
            raise InvalidInputError(
                f"alpha, group_size and seed are at least 0, got {self.alpha}, {self.group_size} "
                f"and {self.seed}"
            )
        if self.sigma is not None and not self.sigma > 0:
            raise InvalidInputError(f"sigma must be above 0, got {self.sigma}")


# The released program's settings, and what our measurements prefer.
METHODS = {
    "recommended": SelectionConfig(),
    "released": SelectionConfig(learnability="gaussian"),
}
