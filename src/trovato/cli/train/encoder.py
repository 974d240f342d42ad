"""`trovato train encoder`: a late-interaction model on pairs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import click
import numpy as np

from trovato.cli.shared.progress import progress_bar
from trovato.core import InvalidInputError, ProgressCallback
from trovato.encode.late_interaction import ColBERTEncoder
from trovato.ops import NEGATIVE_RULES, NegativeRule
from trovato.train.encoder import (
    EncoderTraining,
    TrainingPair,
    bm25_teacher,
    documents_of,
    late_interaction_teacher,
    mine,
    read_pairs,
    sample_by_clusters,
    train_encoder,
    train_page_encoder,
    write_pairs,
)

_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.argument("pairs", type=click.Path(exists=True, path_type=Path))
@click.option("--from", "source", type=_FOLDER, required=True, help="Folder of the first model.")
@click.option("--to", type=_FOLDER, required=True, help="Folder of the trained one.")
@click.option("--base", type=_FOLDER, help="Folder of the model that an adapter belongs to.")
@click.option(
    "--mine",
    "teacher",
    type=click.Choice(("none", "bm25", "model")),
    default="none",
    show_default=True,
    help="Who finds hard negatives among all documents of PAIRS: words, or the first model.",
)
@click.option("--rule", type=click.Choice(NEGATIVE_RULES), default="perc_pos", show_default=True)
@click.option("--bound", type=float, default=0.95, show_default=True, help="Of the rule.")
@click.option(
    "--sample",
    type=click.IntRange(min=2),
    help="Train on so many pairs, drawn evenly from clusters of their documents.",
)
@click.option("--steps", type=click.IntRange(min=1), default=1000, show_default=True)
@click.option("--batch", type=click.IntRange(min=1), default=32, show_default=True)
@click.option(
    "--chunk", type=click.IntRange(min=1), default=32, show_default=True, help="Held at once."
)
@click.option(
    "--negatives", type=click.IntRange(min=0), default=2, show_default=True, help="Of a query."
)
@click.option("--learning-rate", type=float, default=1e-5, show_default=True)
@click.option("--warm-up", type=click.IntRange(min=0), default=100, show_default=True)
@click.option("--temperature", type=float, default=0.02, show_default=True)
@click.option("--distillation", type=float, default=0.0, show_default=True, help="Its share.")
@click.option("--dims", help="Matryoshka sizes with commas between, such as 64,32.")
@click.option("--bidirectional", is_flag=True, help="Let a causal backbone see both ways.")
@click.option(
    "--images",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Documents of PAIRS are pictures of pages below this folder, and the model is one of page "
    "images.",
)
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True)
@click.option("--device", default="cpu", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bar.")
def encoder(
    pairs: Path,
    source: Path,
    to: Path,
    base: Path | None,
    teacher: Literal["none", "bm25", "model"],
    rule: NegativeRule,
    bound: float,
    sample: int | None,
    steps: int,
    batch: int,
    chunk: int,
    negatives: int,
    learning_rate: float,
    warm_up: int,
    temperature: float,
    distillation: float,
    dims: str | None,
    bidirectional: bool,
    images: Path | None,
    seed: int,
    device: str,
    as_json: bool,
    quiet: bool,
) -> None:
    """Train a late-interaction model on PAIRS of questions and documents.

    PAIRS is a file with a line {"query": …, "positive": …, "negatives": […]} for each, or a BEIR
    folder with training judgements. The folder of the outcome loads in trovato (--encoder hf:…),
    PyLate and sentence-transformers; it gets a model card, and the mined negatives in mined.jsonl.
    Run the same command again after an interruption: it goes on to the same weights.

    \b
    Examples:
      trovato train encoder pairs.jsonl --from models/colbert --to trained
      trovato train encoder scifact/ --from models/colbert --to trained --mine bm25 --steps 500
      trovato train encoder pages.jsonl --from models/colqwen2 --to trained --images pages/
      trovato index reports/ --to own.trovato --encoder hf:trained
    """
    config = EncoderTraining(
        steps=steps,
        batch=batch,
        chunk=chunk,
        negatives=negatives,
        learning_rate=learning_rate,
        warm_up=warm_up,
        temperature=temperature,
        distillation=distillation,
        dims=_sizes(dims),
        seed=seed,
    )
    if images is not None and (teacher != "none" or sample is not None or bidirectional):
        raise click.UsageError("--mine, --sample and --bidirectional are for texts, not --images")
    rows = read_pairs(pairs)
    to.mkdir(parents=True, exist_ok=True)
    with progress_bar(hidden=quiet or as_json) as tell:
        if sample is not None:
            rows = _sampled(rows, ColBERTEncoder(source, base=base, device=device), sample, seed)
        if teacher != "none":
            known = ColBERTEncoder(source, base=base, device=device) if teacher == "model" else None
            rows = _mined(rows, to / "mined.jsonl", known, rule, bound, tell)
        if images is None:
            trained = train_encoder(
                source,
                to,
                rows,
                config,
                base=base,
                device=device,
                bidirectional=bidirectional,
                progress=tell,
            )
        else:
            trained = train_page_encoder(
                source, to, rows, config, images=images, base=base, device=device, progress=tell
            )
    last = float(np.mean(trained.losses[-100:]))
    if as_json:
        summary = {"folder": str(to), "pairs": len(rows), "steps": steps, "loss": last}
        click.echo(json.dumps(summary, indent=2))
    else:
        click.echo(f"{to}: {steps} steps on {len(rows):,} pairs, mean loss at the end {last:.4f}")


def _sizes(dims: str | None) -> tuple[int, ...]:
    try:
        return tuple(int(one) for one in dims.split(",")) if dims else ()
    except ValueError as error:
        raise InvalidInputError(f"--dims is numbers with commas between, got {dims!r}") from error


def _sampled(
    rows: Sequence[TrainingPair], encoder: ColBERTEncoder, total: int, seed: int
) -> list[TrainingPair]:
    """Pairs drawn evenly by the means of their documents' vectors."""
    found = encoder.encode([pair.positives[0] for pair in rows])
    means = np.stack([one.values.mean(axis=0) for one in found]).astype(np.float32)
    return [rows[int(at)] for at in sample_by_clusters(means, total, seed=seed)]


def _mined(
    rows: Sequence[TrainingPair],
    kept: Path,
    encoder: ColBERTEncoder | None,
    rule: NegativeRule,
    bound: float,
    progress: ProgressCallback,
) -> list[TrainingPair]:
    """Pairs with hard negatives; those of an earlier run of the same questions are read again."""
    if kept.is_file():
        known = read_pairs(kept)
        if [pair.query for pair in known] == [pair.query for pair in rows]:
            return known
    corpus = documents_of(rows)
    teacher = bm25_teacher(corpus) if encoder is None else late_interaction_teacher(corpus, encoder)
    found = mine(rows, corpus, teacher, rule=rule, bound=bound, progress=progress)
    write_pairs(kept, found)
    return found
