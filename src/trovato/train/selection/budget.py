"""How many examples a budget pays for."""

from __future__ import annotations

from trovato.core import InvalidInputError


def parse_budget(text: str, pool: int) -> int:
    """Examples that "10%" of the pool or "1024" asks for: at least 1, at most the pool.

    Raises
    ------
    InvalidInputError
        If it is neither, or not above 0.
    """
    try:
        share = text.removesuffix("%")
        count = pool * float(share) / 100 if text.endswith("%") else int(text)
    except ValueError:
        count = 0
    if not 0 < count < float("inf"):
        raise InvalidInputError(
            f"a budget is a share of the pool or a number of examples, such as 10% or 1024, got "
            f"{text!r}"
        )
    return min(pool, max(1, round(count)))


def examples_for_rollouts(rollouts: int, scoring: int, rollouts_per_step: int, epochs: int) -> int:
    """How many examples can be trained on if scoring is paid from the same rollouts.

    Parameters
    ----------
    rollouts
        In all.
    scoring
        Of these, what scoring the pool took, with its proxy.
    rollouts_per_step
        Rollouts of an example each time it is trained on: the size of its group.
    epochs
        How often it is trained on.

    Raises
    ------
    InvalidInputError
        If scoring leaves nothing for one example.
    """
    count = (rollouts - scoring) // (rollouts_per_step * epochs)
    if count < 1:
        raise InvalidInputError(
            f"scoring took {scoring:,} of {rollouts:,} rollouts, which leaves less than "
            f"{rollouts_per_step} in each of {epochs} epochs for one example: allow more, or score "
            "with fewer"
        )
    return count
