"""Folders of trained models merged into one, with a file that says from what."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, get_args

from trovato.core import InvalidInputError, MissingExtraError, PathLike, check_many
from trovato.core.system.files import atomic_path
from trovato.encode.late_interaction import folder_fingerprint
from trovato.train.encoder.merging import Model, average_models, slerp, ties_merge

MergeMethod = Literal["average", "ties", "slerp"]
MERGE_METHODS: tuple[MergeMethod, ...] = get_args(MergeMethod)
_LINEAGE = "lineage.json"
_PLAIN = (".json", ".txt", ".model", ".metadata")


def merge_folders(
    models: Sequence[PathLike],
    to: PathLike,
    *,
    method: MergeMethod = "average",
    shares: Sequence[float] | None = None,
    base: PathLike | None = None,
    density: float = 0.2,
) -> Path:
    """Merge models of one architecture, file by file; all but the weights is the first one's.

    Parameters
    ----------
    models
        Their folders, with weights in safetensors.
    to
        The folder of the outcome; it gets `lineage.json`, which names method and models.
    method
        "average", by `shares`; "ties", of their changes in `base`; or "slerp", between two, by the
        share of the second.
    shares
        Of "average", one for each model; of "slerp", one in all.
    base
        What the models of "ties" were trained from.
    density
        Share of each change that "ties" keeps.

    Raises
    ------
    InvalidInputError
        If the models differ, `to` holds something, or what a method needs is not given.
    MissingExtraError
        If the extra `models` is not installed.
    """
    check_many("models", models)
    try:
        from safetensors.numpy import load_file, save_file
    except ImportError as error:
        raise MissingExtraError("safetensors", "models", "merging") from error

    folders, to = [Path(one) for one in models], Path(to)
    if to.exists() and any(to.iterdir()):
        raise InvalidInputError(f"{to} holds something: name another folder")
    if method not in MERGE_METHODS:
        raise InvalidInputError(f"method must be one of {', '.join(MERGE_METHODS)}, got {method!r}")
    if method == "ties" and base is None:
        raise InvalidInputError("ties compares with what all were trained from: give base")
    if method == "slerp" and (len(folders) != 2 or (shares is not None and len(shares) != 1)):
        raise InvalidInputError("slerp is between two models, with one share: that of the second")
    files = sorted(path.relative_to(folders[0]) for path in folders[0].rglob("*.safetensors"))
    if not files:
        raise InvalidInputError(f"{folders[0]} has no weights in safetensors")
    for name in files:
        absent = [folder for folder in folders if not (folder / name).is_file()]
        if absent:
            raise InvalidInputError(f"{absent[0]} lacks {name}, which {folders[0]} has")
        parts: list[Model] = [dict(load_file(folder / name)) for folder in folders]
        origin = dict(load_file(Path(base) / name)) if base is not None else None
        merged = _merged(parts, method, shares, origin, density)
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        with atomic_path(to / name) as part:
            save_file(merged, part, {"format": "pt"})
    for path in sorted(folders[0].rglob("*")):
        inside = path.relative_to(folders[0])
        if path.suffix in _PLAIN and path.name != _LINEAGE:
            (to / inside).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, to / inside)
    lineage = {
        "method": method,
        "shares": None if shares is None else list(shares),
        "density": density if method == "ties" else None,
        "base": None if base is None else _named(Path(base)),
        "models": [_named(folder) for folder in folders],
    }
    with atomic_path(to / _LINEAGE) as part:
        part.write_text(json.dumps(lineage, indent=2), "utf-8")
    return to


def _merged(
    parts: Sequence[Model],
    method: MergeMethod,
    shares: Sequence[float] | None,
    base: Model | None,
    density: float,
) -> dict[str, Any]:
    if method == "ties" and base is not None:
        return ties_merge(base, parts, density)
    if method == "slerp":
        return slerp(parts[0], parts[1], shares[0] if shares else 0.5)
    return average_models(parts, shares)


def _named(folder: Path) -> dict[str, str]:
    return {"name": folder.name, "fingerprint": folder_fingerprint(folder)}
