"""Checksums of a log's files: the only sign that the rows of a week are still in their order.

Rows have no time, so nothing inside a file shows that it was sorted or shuffled. A log is sealed
when it is made; the file is that of the command `sha256sum`, which can check it too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from trovato.core import InvalidInputError, PathLike, UnreadableFileError, atomic_path, file_errors

SEAL = "SHA256SUMS"
_KINDS = (".parquet", ".npz")
# Folders above a week, up to that of its log: `train`, `interactions`, the log.
_DEPTH = 3


def write_checksums(folder: PathLike) -> Path:
    """Write the checksum of every table and week in a folder beside them, in `SHA256SUMS`.

    Raises
    ------
    InvalidInputError
        If there is nothing to seal.
    StorageError
        If the system refuses.
    """
    folder = Path(folder)
    lines = [
        f"{checksum(path)}  {path.relative_to(folder).as_posix()}\n" for path in _files(folder)
    ]
    if not lines:
        raise InvalidInputError(f"{folder} holds no log to seal: there is no Parquet file in it")
    with atomic_path(folder / SEAL) as part:
        part.write_text("".join(lines), encoding="utf-8")
    return folder / SEAL


def has_checksums(folder: Path) -> dict[Path, str] | None:
    """The files that a seal names, and their checksums; None where there is no seal.

    Raises
    ------
    UnreadableFileError
        If it is not a file of checksums.
    """
    path = folder / SEAL
    if not path.is_file():
        return None
    try:
        rows = [line.split("  ", 1) for line in path.read_text(encoding="utf-8").splitlines()]
        return {folder / name: digest for digest, name in rows}
    except ValueError as error:
        raise UnreadableFileError(
            f"{path} is no list of checksums as sha256sum writes it ({error}): take it away, and "
            "run `trovato logs seal` once the log is certain"
        ) from error


def check_names(folder: Path) -> None:
    """Refuse a folder that lacks a file which its seal names.

    Raises
    ------
    InvalidInputError
        If a file is missing.
    """
    for path in has_checksums(folder) or ():
        if not path.is_file():
            raise InvalidInputError(
                f"{path} is missing, and {folder / SEAL} names it: what happened in it is unknown; "
                "bring it back, or run `trovato logs seal` if the log is meant to be without it"
            )


def sealed_checksum(path: Path) -> str | None:
    """The checksum of a week as the log around it was sealed; None where no seal names the week.

    Raises
    ------
    UnreadableFileError
        If the seal is not a file of checksums.
    """
    for folder in path.parents[:_DEPTH]:
        digests = has_checksums(folder)
        if digests is not None:
            return digests.get(path)
    return None


def mismatched(folder: Path) -> Iterator[tuple[Path, str]]:
    """Files that are not as they were when the folder was sealed, and what is wrong with each."""
    wanted = has_checksums(folder)
    if wanted is None:
        return
    for path in _files(folder):
        if path not in wanted:
            yield path, f"is not in {SEAL}: it came after the log was sealed"
        elif checksum(path) != wanted[path]:
            yield path, f"is not what was sealed in {SEAL}: rows may be others, or in another order"


def checksum(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits.

    Raises
    ------
    StorageError
        If the system refuses.
    """
    with file_errors("read", path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files(folder: Path) -> list[Path]:
    found = [path for path in folder.rglob("*") if path.suffix in _KINDS and path.is_file()]
    return sorted(
        (path for path in found if _belongs(path.relative_to(folder), folder)),
        key=lambda path: path.relative_to(folder).as_posix(),
    )


def _belongs(name: Path, folder: Path) -> bool:
    """Whether a file is neither work in progress, which is hidden, nor of a log inside this one."""
    inside = list(name.parents)[:-1]
    return not any(part[0] == "." for part in name.parts) and not any(
        (folder / place / SEAL).is_file() for place in inside
    )
