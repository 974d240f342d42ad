"""Checksums of a log's files: the only sign that the rows of a week are still in their order.

Rows have no time, so nothing inside a file shows that it was sorted or shuffled. Checksums are
written when a log is made; the file is that of the command `sha256sum`, which can check it too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from trovato.core import InvalidInputError, PathLike, UnreadableFileError, atomic_path, file_errors

CHECKSUM_FILE = "SHA256SUMS"
_KINDS = (".parquet", ".npz")
# Folders above a week, up to that of its log: `train`, `interactions`, the log.
_DEPTH = 3


def write_checksums(folder: PathLike) -> Path:
    """Write the checksum of every table and week in a folder beside them, in `SHA256SUMS`.

    Raises
    ------
    InvalidInputError
        If there is nothing to write checksums of.
    StorageError
        If the system refuses.
    """
    folder = Path(folder)
    lines = [
        f"{checksum(path)}  {path.relative_to(folder).as_posix()}\n" for path in _files(folder)
    ]
    if not lines:
        raise InvalidInputError(
            f"{folder} holds no log to write checksums of: there is no Parquet file in it"
        )
    with atomic_path(folder / CHECKSUM_FILE) as part:
        part.write_text("".join(lines), encoding="utf-8")
    return folder / CHECKSUM_FILE


def has_checksums(folder: Path) -> dict[Path, str] | None:
    """The files with a recorded checksum, and that checksum; None where none were recorded.

    Raises
    ------
    UnreadableFileError
        If it is not a file of checksums.
    """
    path = folder / CHECKSUM_FILE
    if not path.is_file():
        return None
    try:
        rows = [line.split("  ", 1) for line in path.read_text(encoding="utf-8").splitlines()]
        return {folder / name: digest for digest, name in rows}
    except ValueError as error:
        raise UnreadableFileError(
            f"{path} is no list of checksums as sha256sum writes it ({error}): take it away, and "
            "run `trovato logs checksum` once the log is certain"
        ) from error


def check_names(folder: Path) -> None:
    """Refuse a folder that lacks a file that its checksums name.

    Raises
    ------
    InvalidInputError
        If a file is missing.
    """
    for path in has_checksums(folder) or ():
        if not path.is_file():
            raise InvalidInputError(
                f"{path} is missing, and {folder / CHECKSUM_FILE} names it: what happened in it is "
                "unknown; bring it back, or run `trovato logs checksum` if the log is meant to be "
                "without it"
            )


def recorded_checksum(path: Path) -> str | None:
    """The checksum that the log around a week recorded for it; None where there is none.

    Raises
    ------
    UnreadableFileError
        If it is not a file of checksums.
    """
    for folder in path.parents[:_DEPTH]:
        digests = has_checksums(folder)
        if digests is not None:
            return digests.get(path)
    return None


def mismatched(folder: Path) -> Iterator[tuple[Path, str]]:
    """Files that are not as they were when checksums were written, and what is wrong with each."""
    wanted = has_checksums(folder)
    if wanted is None:
        return
    for path in _files(folder):
        if path not in wanted:
            yield path, f"is not in {CHECKSUM_FILE}: it came after the checksums were written"
        elif checksum(path) != wanted[path]:
            what = f"differs from its checksum in {CHECKSUM_FILE}"
            yield path, f"{what}: rows may be others, or in another order"


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
        (folder / place / CHECKSUM_FILE).is_file() for place in inside
    )
