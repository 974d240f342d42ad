"""A log of any size in the published layout, drawn from a model that is known."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

from trovato.core import InvalidInputError, PathLike, ProgressCallback, atomic_path, no_progress
from trovato.interactions.storage.checksums import write_checksums
from trovato.interactions.storage.layout import WEEKS, LogLayout
from trovato.interactions.synthetic.blocks import SyntheticModel
from trovato.interactions.synthetic.config import Scale
from trovato.interactions.synthetic.event_assignment import Blocks, write_week
from trovato.interactions.synthetic.tables import write_tables, write_truth


def synthesise(
    folder: PathLike, scale: Scale, *, workers: int = 1, progress: ProgressCallback = no_progress
) -> LogLayout:
    """Draw a log; one that was interrupted goes on where it stopped, and ends up the same.

    Memory follows the number of users and items, not of rows: about 150 bytes for each, and 200 MB
    for each worker.

    Parameters
    ----------
    folder
        Gets `interactions/`, `metadata/` and `SHA256SUMS`. What the log was drawn from goes to a
        folder beside it, of the same name with `.truth`.
    scale
        Rows, users, items and seed. The same scale gives the same bytes, whatever `workers`.
    workers
        Threads.
    progress
        Told after each part.

    Raises
    ------
    InvalidInputError
        If the folder holds something else, or a log of another scale is being drawn there.
    StorageError
        If the disk is full; what is whole is kept, and used by the next run.

    Examples
    --------
    >>> log = InteractionLog.open(synthesise("small", Scale.of(5_000, seed=1)).root.parent)
    >>> log.numbers[-1]
    26
    """
    folder = Path(folder)
    work = folder / ".drawing"
    _claim(folder, work, scale)
    layout = LogLayout.of(folder)
    world = SyntheticModel.of(scale)
    blocks = Blocks(work, world.blocks)
    with ThreadPoolExecutor(workers) as pool:
        missing = blocks.missing()
        done = scale.rows - sum(world.rows_of(number) for number in missing)
        progress("drawing", done, scale.rows)

        def draw(number: int) -> int:
            blocks.write(number, *world.block(number))
            return world.rows_of(number)

        for rows in pool.map(draw, missing):
            done += rows
            progress("drawing", done, scale.rows)

        def gather(week: int) -> int:
            rows = blocks.week(week)
            path = layout.week(week)
            return sum(map(len, rows)) if path.exists() else write_week(path, world, rows)

        done = 0
        for rows in pool.map(gather, range(WEEKS)):
            done += rows
            progress("writing weeks", done, scale.rows)
    write_truth(folder.with_name(folder.name + ".truth"), world)
    write_tables(layout, world, *blocks.train_counts(scale.users, scale.items))
    write_checksums(folder)
    shutil.rmtree(work)
    return layout


def _claim(folder: Path, work: Path, scale: Scale) -> None:
    """Make sure that the folder is ours to fill."""
    wanted, claim = asdict(scale), work / "scale.json"
    if claim.exists():
        begun = json.loads(claim.read_text(encoding="utf-8"))
        if begun != wanted:
            raise InvalidInputError(
                f"{folder} holds a log that was begun with {begun}, wanted {wanted}: finish that "
                "one, or draw into another folder"
            )
    elif folder.exists() and set(folder.iterdir()) - {work}:
        raise InvalidInputError(f"{folder} is not empty: draw into a new folder")
    with atomic_path(claim) as path:
        path.write_text(json.dumps(wanted), encoding="utf-8")
