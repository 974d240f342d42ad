"""A page image encoder, trained on questions and the pictures of pages that answer them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from trovato.core import (
    InvalidInputError,
    PathLike,
    ProgressCallback,
    UnreadableFileError,
    check_many,
    no_progress,
)
from trovato.encode.late_interaction import ModelInputs, PageImageEncoder, save_page_encoder
from trovato.train.encoder.batches import Batch
from trovato.train.encoder.checkpoint import training_fingerprint
from trovato.train.encoder.config import EncoderTraining
from trovato.train.encoder.grad_cache import Encoded
from trovato.train.encoder.model_card import write_model_card
from trovato.train.encoder.pairs import TrainingPair
from trovato.train.encoder.steps import train_network
from trovato.train.encoder.trainer import TrainedEncoder


def train_page_encoder(
    source: PathLike,
    to: PathLike,
    pairs: Sequence[TrainingPair],
    config: EncoderTraining = EncoderTraining(),
    *,
    images: PathLike = ".",
    base: PathLike | None = None,
    device: str = "cpu",
    save_every: int = 200,
    progress: ProgressCallback = no_progress,
) -> TrainedEncoder:
    """Train a model of page images from a folder, and write the outcome into another folder.

    A state is written each `save_every` steps. Run again after an interruption it goes on from
    there, to the same weights as without one. Pages may differ in size; those of one size are
    computed together. There is no dropout.

    Source: Nemotron ColEmbed V2, 2026 (arXiv 2602.03992), section 3.

    Parameters
    ----------
    source
        Folder of a model that `PageImageEncoder` reads.
    to
        Folder of the outcome, in the layout of `source`, with a model card and the state.
    pairs
        Their documents are paths of pictures below `images`.
    config
        How to train.
    images
        Folder of the pictures.
    base
        Folder of the model that an adapter in `source` belongs to; it is merged.
    device
        Where torch computes.
    save_every
        Steps between states.
    progress
        Told of steps.

    Raises
    ------
    InvalidInputError
        If there are no pairs, or the state in `to` is of another training.
    UnreadableFileError
        If a picture cannot be read.
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
    to, images = Path(to), Path(images)
    encoder = PageImageEncoder(source, base=base, device=device)
    mark = training_fingerprint(encoder.fingerprint, pairs, config, encoder.family.bidirectional)

    def inputs(batch: Batch) -> list[ModelInputs]:
        asked = [encoder.query_inputs(text) for text in batch.queries]
        return asked + [encoder.page_inputs(_opened(images / one)) for one in batch.documents]

    losses = train_network(
        encoder.network,
        to,
        mark,
        pairs,
        config,
        windows=inputs,
        encode=lambda some: _encoded(encoder, some),
        save_every=save_every,
        progress=progress,
    )
    save_page_encoder(to, encoder)
    write_model_card(
        to, Path(source), pairs, config, losses, bidirectional=encoder.family.bidirectional
    )
    return TrainedEncoder(to, tuple(losses))


def _opened(path: Path) -> Image.Image:
    try:
        with Image.open(path) as image:
            return image.convert("RGB")
    except OSError as error:
        raise UnreadableFileError(f"{path} is no picture that can be read: {error}") from error


def _encoded(encoder: PageImageEncoder, some: Sequence[ModelInputs]) -> Encoded:
    """Vectors of pages and questions of any lengths, padded to the longest."""
    import torch
    from torch.nn.utils.rnn import pad_sequence

    found = encoder.compute(some)
    kept = [torch.ones(len(one), dtype=torch.bool, device=one.device) for one in found]
    return pad_sequence(found, batch_first=True), pad_sequence(kept, batch_first=True)
