"""Examples from a file with one JSON object per line, in the order of a list of ids."""

from __future__ import annotations

import json
from pathlib import Path

from trovato.core import InvalidInputError, PathLike, UnreadableFileError, as_id
from trovato.train.rl.protocol import Example


def read_examples(path: PathLike, order: PathLike | None = None) -> list[Example]:
    """Read `{"id": …, "prompt": …}`; all other fields are for the reward functions.

    Parameters
    ----------
    path
        The examples.
    order
        A file of ids, one on a line, such as `trovato select` writes: only these, in this order.

    Raises
    ------
    InvalidInputError
        If a line lacks an id or prompt, an id comes twice, or one of the order is not there.
    UnreadableFileError
        If a file cannot be read, or a line is not JSON.
    """
    found: dict[str, Example] = {}
    for number, line in enumerate(_lines(path), 1):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise UnreadableFileError(f"line {number} of {path} is not JSON: {error}") from error
        if not isinstance(row, dict) or "id" not in row or not isinstance(row.get("prompt"), str):
            raise InvalidInputError(f"line {number} of {path} needs an id and a prompt: {line:.80}")
        key = as_id(row.pop("id"), f"id in line {number} of {path}")
        if key in found:
            raise InvalidInputError(f"id {key!r} comes again in line {number} of {path}")
        found[key] = Example(key, row.pop("prompt"), row)
    if order is None:
        return list(found.values())
    ids = list(_lines(order))
    absent = [one for one in ids if one not in found]
    if absent:
        raise InvalidInputError(
            f"{len(absent)} ids of {order} are not in {path}, such as {absent[0]!r}"
        )
    return [found[one] for one in ids]


def _lines(path: PathLike) -> list[str]:
    try:
        text = Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFileError(f"cannot read {path}: {error}") from error
    return [line for line in text.splitlines() if line.strip()]
