"""Submissions to the VK RecSys Challenge 2025: for each new clip, a list of users."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trovato.core import PathLike, UnreadableFileError, atomic_path, fields
from trovato.core.shapes import UInt32
from trovato.interactions.storage import schema


@dataclass(frozen=True, slots=True, eq=False)
class Submission:
    """Users for each clip, best first."""

    items: UInt32[np.ndarray, " clips"]
    users: UInt32[np.ndarray, "clips k"]


def write_submission(path: PathLike, submission: Submission) -> None:
    """Write the published form: `item_id` uint32, and `user_id` as lists of one length.

    Raises
    ------
    StorageError
        If the system refuses to write; what stood there is kept.
    """
    pa = schema.arrow()
    lists = pa.FixedSizeListArray.from_arrays(
        pa.array(submission.users.ravel()), submission.users.shape[1]
    )
    kind = pa.list_(pa.field("element", pa.uint32()), submission.users.shape[1])
    table = pa.table({fields.ITEM: submission.items, fields.USER: lists.cast(kind)})
    with atomic_path(path) as part:
        pa.parquet.write_table(table, part, compression="zstd")


def read_submission(path: PathLike) -> Submission:
    """Read the published form.

    Raises
    ------
    UnreadableFileError
        If the file is absent or damaged, or has other columns, kinds, missing values or lists of
        different lengths; the message says which, and where.
    """
    path = Path(path)
    pa = schema.arrow()
    try:
        table = pa.parquet.read_table(path)
    except (OSError, pa.ArrowException) as error:
        raise UnreadableFileError(f"cannot read {path}: {error}") from error
    if table.column_names != [fields.ITEM, fields.USER]:
        raise UnreadableFileError(
            f"{path} must have the columns {fields.ITEM} and {fields.USER}, got "
            f"{', '.join(table.column_names)}"
        )
    kinds = [table[name].type for name in (fields.ITEM, fields.USER)]
    lists = pa.types.is_fixed_size_list(kinds[1]) or pa.types.is_list(kinds[1])
    if kinds[0] != pa.uint32() or not lists or kinds[1].value_type != pa.uint32():
        raise UnreadableFileError(
            f"{path}: {fields.ITEM} must be uint32 and {fields.USER} lists of uint32, got "
            f"{kinds[0]} and {kinds[1]}"
        )
    item, user = (table[name].combine_chunks() for name in (fields.ITEM, fields.USER))
    for name, column in ((fields.ITEM, item), (fields.USER, user)):
        missing = np.flatnonzero(column.is_null().to_numpy(zero_copy_only=False))
        if len(missing):
            raise UnreadableFileError(f"{path}, row {missing[0]}: {name} has no value")
    lengths = pa.compute.list_value_length(user).to_numpy(zero_copy_only=False)
    odd = np.flatnonzero(lengths != (lengths[0] if len(lengths) else 0))
    if len(odd):
        raise UnreadableFileError(
            f"{path}, row {odd[0]}: a list of {lengths[odd[0]]} users, the first has {lengths[0]}"
        )
    flat = user.flatten()
    if flat.null_count:
        row = int(np.flatnonzero(flat.is_null().to_numpy(zero_copy_only=False))[0])
        raise UnreadableFileError(f"{path}, row {row // int(lengths[0])}: a user has no value")
    return Submission(item.to_numpy(), flat.to_numpy().reshape(len(lengths), -1))


def submission_faults(
    submission: Submission,
    clips: UInt32[np.ndarray, " clips"],
    users: UInt32[np.ndarray, " users"],
    *,
    k: int = 100,
    cap: int = 100,
) -> list[str]:
    """What a submission must not be, in words; empty if it keeps to the rules.

    Rules: each of the clips once and no other; exactly `k` users for each, all known, none twice;
    nobody on more than `cap` lists. Each kind of violation is told once, with its first row
    (from 0) and how many there are.

    Parameters
    ----------
    submission
        As read.
    clips, users
        Ids of the clips that are asked for, and of everyone who may be named.
    k, cap
        Users of a clip, and clips of a user.
    """
    violations = []
    if submission.users.shape[1] != k:
        violations.append(f"lists have {submission.users.shape[1]} users, wanted {k}")
    unknown = np.flatnonzero(~np.isin(submission.items, clips))
    if len(unknown):
        violations.append(
            f"row {unknown[0]}: clip {submission.items[unknown[0]]} is not asked for "
            f"({len(unknown):,} such rows)"
        )
    distinct, counts = np.unique(submission.items, return_counts=True)
    again = distinct[counts > 1]
    if len(again):
        row = np.flatnonzero(submission.items == again[0])[1]
        violations.append(f"row {row}: clip {again[0]} comes again ({len(again):,} such clips)")
    absent = np.setdiff1d(clips, submission.items)
    if len(absent):
        violations.append(f"clip {absent[0]} has no list ({len(absent):,} such clips)")
    strangers = ~np.isin(submission.users, users)
    if strangers.any():
        row, place = np.argwhere(strangers)[0]
        violations.append(
            f"row {row}: user {submission.users[row, place]} is not in the log "
            f"({int(strangers.sum()):,} such places)"
        )
    ordered = np.sort(submission.users, axis=1)
    twice = np.flatnonzero((ordered[:, 1:] == ordered[:, :-1]).any(axis=1))
    if len(twice):
        same = ordered[twice[0]]
        user = same[1:][same[1:] == same[:-1]][0]
        violations.append(f"row {twice[0]}: user {user} comes twice ({len(twice):,} such rows)")
    named, often = np.unique(submission.users, return_counts=True)
    if len(often) and often.max() > cap:
        worst = int(often.argmax())
        violations.append(
            f"user {named[worst]} is on {often[worst]} lists, at most {cap} are allowed "
            f"({int((often > cap).sum()):,} such users)"
        )
    return violations
