"""The steps of a training, whatever is encoded: batches, gradients, schedule, states."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from trovato.core import ProgressCallback, TrovatoError
from trovato.train.encoder.batches import Batch, batch_at
from trovato.train.encoder.checkpoint import load_state, save_state
from trovato.train.encoder.config import EncoderTraining
from trovato.train.encoder.grad_cache import Encoded, cached_backward
from trovato.train.encoder.objective import batch_loss
from trovato.train.encoder.pairs import TrainingPair

CHECKPOINT = "checkpoint.npz"


def train_network(
    network: Any,
    to: Path,
    mark: str,
    pairs: Sequence[TrainingPair],
    config: EncoderTraining,
    *,
    windows: Callable[[Batch], Sequence[Any]],
    encode: Callable[[Sequence[Any]], Encoded],
    save_every: int,
    progress: ProgressCallback,
) -> list[float]:
    """Train a torch module, from the state in `to` if there is one, and give the losses.

    Parameters
    ----------
    network
        Its weights are changed.
    to
        Folder of the state.
    mark
        Of what is trained, on what and how; a state of another one is refused.
    pairs, config
        What to learn from, and how.
    windows
        What the model reads of a batch: its queries, then its documents.
    encode
        Vectors of some of those, and which tokens are compared.
    save_every
        Steps between states.
    progress
        Told of steps.

    Raises
    ------
    TrovatoError
        If the loss is not finite.
    """
    import torch

    optimiser = torch.optim.AdamW(
        network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
    )
    to.mkdir(parents=True, exist_ok=True)
    losses = load_state(to / CHECKPOINT, mark, network, optimiser)
    for step in range(len(losses), config.steps):
        batch = batch_at(pairs, config, step)
        for group in optimiser.param_groups:
            group["lr"] = config.learning_rate * _share(step, config)
        optimiser.zero_grad()
        loss = cached_backward(encode, windows(batch), batch_loss(batch, config), config.chunk)
        if not abs(loss) < float("inf"):
            raise TrovatoError(
                f"the loss of step {step + 1} is {loss}: lower the learning rate, and begin anew"
            )
        torch.nn.utils.clip_grad_norm_(network.parameters(), config.max_norm)
        optimiser.step()
        losses.append(loss)
        if len(losses) % save_every == 0 or len(losses) == config.steps:
            save_state(to / CHECKPOINT, mark, network, optimiser, losses)
        progress("training", len(losses), config.steps)
    return losses


def _share(step: int, config: EncoderTraining) -> float:
    """Of the learning rate: rising in the warm-up, then falling linearly."""
    if step < config.warm_up:
        return (step + 1) / config.warm_up
    left = config.steps - config.warm_up
    return max(config.steps - step, 0) / max(left, 1)
