"""A late-interaction encoder of texts, trained on pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from trovato.core import (
    InvalidInputError,
    PathLike,
    ProgressCallback,
    TrovatoError,
    check_many,
    no_progress,
)
from trovato.encode.late_interaction import ColBERTEncoder, save_colbert
from trovato.train.encoder.batches import batch_at, batch_windows, encode_windows
from trovato.train.encoder.checkpoint import load_state, save_state, training_fingerprint
from trovato.train.encoder.config import EncoderTraining
from trovato.train.encoder.grad_cache import cached_backward
from trovato.train.encoder.model_card import write_model_card
from trovato.train.encoder.objective import batch_loss
from trovato.train.encoder.pairs import TrainingPair

CHECKPOINT = "checkpoint.npz"


@dataclass(frozen=True, slots=True)
class TrainedEncoder:
    """What came of a training.

    Parameters
    ----------
    folder
        The model, in the layout of PyLate.
    losses
        Of each step.
    """

    folder: Path
    losses: tuple[float, ...]


def train_encoder(
    source: PathLike,
    to: PathLike,
    pairs: Sequence[TrainingPair],
    config: EncoderTraining = EncoderTraining(),
    *,
    base: PathLike | None = None,
    device: str = "cpu",
    bidirectional: bool = False,
    save_every: int = 200,
    progress: ProgressCallback = no_progress,
) -> TrainedEncoder:
    """Train a model from a folder, and write the outcome into another folder.

    A state is written each `save_every` steps. Run again after an interruption it goes on from
    there, to the same weights as without one. There is no dropout.

    Source: Nemotron ColEmbed V2, 2026 (arXiv 2602.03992), section 3.

    Parameters
    ----------
    source
        Folder of a text model that `ColBERTEncoder` reads.
    to
        Folder of the outcome, with a model card and the state.
    pairs
        What to learn from.
    config
        How to train.
    base
        Folder of the model that an adapter in `source` belongs to; it is merged.
    device
        Where torch computes.
    bidirectional
        Let each token of a causal backbone see those after it.
    save_every
        Steps between states.
    progress
        Told of steps.

    Raises
    ------
    InvalidInputError
        If there are no pairs, or the state in `to` is of another training.
    ModelUnavailableError
        If `source` is no such model.
    MissingExtraError
        If the extra `models` is not installed.
    TrovatoError
        If the loss is not finite.
    """
    check_many("pairs", pairs)
    if not pairs:
        raise InvalidInputError("training needs at least one pair, got none")
    to = Path(to)
    encoder = ColBERTEncoder(source, base=base, device=device, bidirectional=bidirectional)
    mark = training_fingerprint(encoder.fingerprint, pairs, config, bidirectional)
    network = encoder.network
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
        loss = cached_backward(
            lambda some: encode_windows(network, some),
            batch_windows(batch, encoder.tokens),
            batch_loss(batch, config),
            config.chunk,
        )
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
    save_colbert(to, network, encoder.settings, base or source)
    write_model_card(to, Path(source), pairs, config, losses, bidirectional=bidirectional)
    return TrainedEncoder(to, tuple(losses))


def _share(step: int, config: EncoderTraining) -> float:
    """Of the learning rate: rising in the warm-up, then falling linearly."""
    if step < config.warm_up:
        return (step + 1) / config.warm_up
    left = config.steps - config.warm_up
    return max(config.steps - step, 0) / max(left, 1)
