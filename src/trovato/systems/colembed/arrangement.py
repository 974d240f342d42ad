"""Nemotron ColEmbed V2 as an arrangement: the paper's settings, and an encoder beside a library."""

from __future__ import annotations

from trovato.core import PathLike, ProgressCallback, no_progress
from trovato.encode.late_interaction import PageImageEncoder
from trovato.library import Library, index_page_images
from trovato.train.encoder import EncoderTraining

# Section 3.4: learning rate 2e-6, weight decay .1, two negatives to a query, one query to each of
# eight cards. Temperature and schedule are not published.
FULL_BATCH = 8
SETTINGS = EncoderTraining(
    batch=FULL_BATCH, negatives=2, learning_rate=2e-6, weight_decay=0.1, warm_up=100
)
# Full vectors of 4096 components take 6 MB a page: this is what fits on a disk.
VECTOR_FORMAT = "4bit/128d"


def build(
    library: Library,
    folder: PathLike,
    *,
    device: str = "cpu",
    progress: ProgressCallback = no_progress,
) -> PageImageEncoder:
    """Give the pages of a library the image vectors of a model, and the encoder to ask with.

    Parameters
    ----------
    library
        With files.
    folder
        Of the model, such as a download of nemotron-colembed-vl-4b-v2.
    device
        Where torch computes.
    progress
        Told of pages.

    Raises
    ------
    ModelUnavailableError
        If the folder holds no such model.
    """
    encoder = PageImageEncoder(folder, device=device)
    index_page_images(library.collection, encoder, progress=progress)
    return encoder
