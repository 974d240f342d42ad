"""What a trained model says of itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from trovato.core.system.files import atomic_path
from trovato.train.encoder.config import EncoderTraining
from trovato.train.encoder.pairs import TrainingPair, documents_of


def write_model_card(
    folder: Path,
    source: Path,
    pairs: Sequence[TrainingPair],
    config: EncoderTraining,
    losses: Sequence[float],
    *,
    bidirectional: bool,
) -> None:
    """Write README.md: from what, on what and how the model was trained.

    Raises
    ------
    StorageError
        If the system refuses to write.
    """
    negatives = [len(pair.negatives) for pair in pairs]
    last = losses[-100:]
    rows = [
        ("trained from", source.name),
        ("pairs", f"{len(pairs):,}"),
        ("documents", f"{len(documents_of(pairs)):,}"),
        ("negatives of a pair", f"{np.mean(negatives):.1f}"),
        ("attention", "bidirectional" if bidirectional else "as in the backbone"),
        ("steps", f"{len(losses):,}"),
        ("mean loss of the last steps", f"{np.mean(last):.4f}" if last else "none"),
        *((name, str(value)) for name, value in asdict(config).items() if name != "steps"),
    ]
    table = "\n".join(f"| {name} | {value} |" for name, value in rows)
    text = (
        "---\ntags: [late-interaction, ColBERT, PyLate, sentence-transformers]\n"
        "library_name: PyLate\n---\n\n"
        f"# {folder.name}\n\nA late-interaction encoder of texts, trained by trovato.\n\n"
        f"| | |\n|---|---|\n{table}\n\n"
        "What it was not trained on was not measured; see `trovato evaluate`.\n"
    )
    with atomic_path(folder / "README.md") as part:
        part.write_text(text, "utf-8")
