"""A late-interaction encoder of texts, trained on pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from trovato.core import (
    InvalidInputError,
    PathLike,
    ProgressCallback,
    check_many,
    no_progress,
)
from trovato.encode.late_interaction import ColBERTEncoder, save_colbert
from trovato.train.encoder.batches import batch_windows, encode_windows
from trovato.train.encoder.checkpoint import training_fingerprint
from trovato.train.encoder.config import EncoderTraining
from trovato.train.encoder.model_card import write_model_card
from trovato.train.encoder.pairs import TrainingPair
from trovato.train.encoder.steps import train_network


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
    losses = train_network(
        network,
        to,
        mark,
        pairs,
        config,
        windows=lambda batch: batch_windows(batch, encoder.tokens),
        encode=lambda some: encode_windows(network, some),
        save_every=save_every,
        progress=progress,
    )
    save_colbert(to, network, encoder.settings, base or source)
    write_model_card(to, Path(source), pairs, config, losses, bidirectional=bidirectional)
    return TrainedEncoder(to, tuple(losses))
