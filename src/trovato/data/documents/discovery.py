"""Which files to read, under which names."""

from __future__ import annotations

import hashlib
import stat
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from trovato.core import PathLike, UnreadableFileError, check_many
from trovato.data.documents.formats.registry import SUFFIXES as FORMATS
from trovato.data.documents.ignore_rules import IGNORE_FILE, IgnoreRules

_IMAGES = (
    *(".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".gif", ".bmp"),
    *(".jp2", ".j2k", ".jpx", ".avif", ".heic", ".heif"),
)
_TEXTS = (
    *(".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".rst", ".org", ".adoc"),
    *(".tex", ".log", ".srt", ".vtt", ".xml", ".yaml", ".yml", ".toml", ".ini", ".cfg"),
    *(".py", ".js", ".ts", ".java", ".c", ".h", ".cpp", ".hpp", ".cs", ".go", ".rs", ".rb"),
    *(".php", ".sh", ".sql", ".r", ".css", ".jsx", ".tsx", ".kt", ".swift", ".lua", ".pl", ".jl"),
    *(".bat", ".ps1", ".conf", ".properties", ".diff", ".patch", ".bib", ".ics", ".vcf"),
)
SUFFIXES = frozenset((".pdf", *_IMAGES, *_TEXTS, *FORMATS))
# Of a file without a suffix, looked at to tell whether it is text.
_BEGINNING = 1024


@dataclass(frozen=True, slots=True)
class FileToIndex:
    """A file to read.

    Parameters
    ----------
    path
        Where it is.
    name
        What the collection calls it: the folder that was named, then the path inside it, with `/`;
        for a file that was named itself, its file name. Bytes of the name that are no UTF-8 are
        written as `%` and two hexadecimal digits.
    bytes
        Its size.
    """

    path: Path
    name: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that is not read, and why.

    Parameters
    ----------
    name
        As of `FileToIndex`.
    reason
        As it is shown.
    unsupported
        Only its type is not known.
    unseen
        It could not be opened, or was found empty, so what it holds, or held, is not known.
    """

    name: str
    reason: str
    unsupported: bool = False
    unseen: bool = False


def discover(
    paths: Iterable[PathLike], exclude: Iterable[str] = ()
) -> Iterator[FileToIndex | Skipped]:
    """Walk files and folders in order of their names.

    Inside a folder, hidden files and folders are passed over, and only files whose name ends in one
    of `SUFFIXES`, or has no suffix and whose content begins as text, are given; a file that was
    named itself is given whatever it is called. Links are followed, but each folder is walked only
    once, so that circles of links end. A second file under a name that is taken is reported instead
    of read, unless it is the same file. A folder that was named and holds no file to read is
    reported too: a disk may be missing there. What a folder's `.trovatoignore` leaves out is passed
    over below that folder.

    Parameters
    ----------
    paths
        Files and folders.
    exclude
        Patterns of what to pass over in each of the folders, as in a `.gitignore`, such as
        `drafts/` or `*.log`.

    Examples
    --------
    >>> from pathlib import Path
    >>> _ = Path("note.md").write_text("# Keys")
    >>> [found.name for found in discover(["note.md"])]
    ['note.md']
    """
    check_many("paths", paths)
    check_many("exclude", exclude)
    rules = IgnoreRules(exclude)
    walked: set[tuple[int, int]] = set()
    given: dict[str, Path] = {}
    for path in map(Path, paths):
        base = _readable(path.resolve().name if path.is_dir() else path.name)
        folders, empty = len(walked), True
        for found in _walk(path, base, walked, rules):
            empty &= not (isinstance(found, FileToIndex) or found.unseen)
            if not isinstance(found, FileToIndex):
                yield found
            elif found.name not in given:
                given[found.name] = found.path
                yield found
            elif not found.path.samefile(given[found.name]):
                other = _readable(str(given[found.name]))
                yield Skipped(found.name, f"has the name of another file that is read: {other}")
        if empty and len(walked) > folders:
            yield Skipped(base, "holds no file that can be read", unseen=True)
        elif not path.exists() and path.is_symlink():  # files below it bear the name of its target
            target = _readable(path.resolve().name)
            yield Skipped(target, f"is what {base} links to, and is not there", unseen=True)


def _walk(
    root: Path, name: str, walked: set[tuple[int, int]], exclude: IgnoreRules
) -> Iterator[FileToIndex | Skipped]:
    """Walk one folder, or give one file; a stack instead of recursion, however deep it goes."""
    rules: tuple[tuple[str, IgnoreRules], ...] = ((f"{name}/", exclude),)
    stack = [(root, name, rules)]
    above = root.resolve().parents
    while stack:
        path, name, rules = stack.pop()
        try:
            status = path.stat()
            if not stat.S_ISDIR(status.st_mode):
                yield _one(path, name, status.st_mode, status.st_size, named=path == root)
                continue
            place = (status.st_dev, status.st_ino)
            if place in walked:
                if path != root:
                    yield Skipped(name, "is a folder that is read already, reached by a link")
                continue
            if path != root and path.is_symlink() and path.resolve() in above:
                yield Skipped(name, "is a link to a folder above the one that was named")
                continue
            entries = sorted(path.iterdir(), key=lambda entry: entry.name, reverse=True)
        except OSError as error:
            yield Skipped(name, f"cannot be opened: {error.strerror or error}", unseen=True)
            continue
        walked.add(place)
        inside = f"{name}/" if name else ""
        own = IgnoreRules.of_folder(path) if (path / IGNORE_FILE).is_file() else None
        rules = rules if own is None else (*rules, (inside, own))
        for entry in entries:
            called = inside + _readable(entry.name)
            if not entry.name.startswith(".") and not _left_out(entry, called, rules):
                stack.append((entry, called, rules))


def _left_out(path: Path, name: str, rules: Iterable[tuple[str, IgnoreRules]]) -> bool:
    """Whether the rules of any folder above leave a file or folder out."""
    held = [(inside, one) for inside, one in rules if one]
    return bool(held) and any(
        one.leaves_out(name.removeprefix(inside), folder=path.is_dir()) for inside, one in held
    )


def _one(path: Path, name: str, mode: int, size: int, *, named: bool) -> FileToIndex | Skipped:
    if not stat.S_ISREG(mode):
        return Skipped(name, "is neither a file nor a folder")
    known = path.suffix.lower() in SUFFIXES or (not path.suffix and _is_text(path))
    if known or named:
        return FileToIndex(path, name, size)
    return Skipped(name, "is not of a supported type", unsupported=True)


def _is_text(path: Path) -> bool:
    """Whether a file begins as text in UTF-8 does, such as a README."""
    try:
        with path.open("rb") as file:
            beginning = file.read(_BEGINNING)
        text = getincrementaldecoder("utf-8")().decode(beginning)
    except (OSError, UnicodeDecodeError):
        return False
    return bool(text) and all(one.isprintable() or one in "\t\n\r\f" for one in text)


def _readable(name: str) -> str:
    """The name as valid Unicode: undecodable bytes become %XX."""
    return "".join(
        f"%{ord(letter) - 0xDC00:02X}" if "\udc80" <= letter <= "\udcff" else letter
        for letter in name
    )


def digest(path: PathLike) -> str:
    """SHA-256 of a file's content, in hexadecimal.

    Raises
    ------
    UnreadableFileError
        If it cannot be read.

    Examples
    --------
    >>> from pathlib import Path
    >>> _ = Path("note.md").write_text("# Keys")
    >>> len(digest("note.md"))
    64
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableFileError(f"cannot be opened: {error.strerror or error}") from error
