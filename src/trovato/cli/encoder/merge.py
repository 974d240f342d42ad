"""`trovato encoder merge`: several trainings into one model."""

from __future__ import annotations

from pathlib import Path

import click

from trovato.core import InvalidInputError
from trovato.train.encoder import MERGE_METHODS, MergeMethod, merge_folders

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("models", nargs=-1, required=True, type=_FOLDER)
@click.option(
    "--to", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder."
)
@click.option("--method", type=click.Choice(MERGE_METHODS), default="average", show_default=True)
@click.option("--shares", help="Of the models, with commas between; of slerp, the second's.")
@click.option("--base", type=_FOLDER, help="With ties: what the models were trained from.")
@click.option("--density", type=float, default=0.2, show_default=True, help="Of ties.")
def merge(
    models: tuple[Path, ...],
    to: Path,
    method: MergeMethod,
    shares: str | None,
    base: Path | None,
    density: float,
) -> None:
    """Merge MODELS, trainings of one model, into one folder.

    lineage.json in the folder says what it was made of.

    \b
    Examples:
      trovato encoder merge seed0 seed1 seed2 --to soup
      trovato encoder merge finance law --to both --method ties --base models/colbert
      trovato encoder merge old new --to between --method slerp --shares 0.3
    """
    try:
        parts = [float(one) for one in shares.split(",")] if shares else None
    except ValueError as error:
        raise InvalidInputError(f"--shares is numbers with commas, got {shares!r}") from error
    made = merge_folders(models, to, method=method, shares=parts, base=base, density=density)
    click.echo(f"{made}: {len(models)} models by {method}")
