"""Which reader opens which format, and the package that it takes."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile, ZipFile

from trovato.core import MissingExtraError, UnreadableFileError
from trovato.data.documents.document import Document


class _Format(NamedTuple):
    """A module of this room, its function, the package that it takes, whether it holds files."""

    module: str
    function: str
    package: str = ""
    holds_files: bool = False


_FORMATS = {
    ".docx": _Format("word", "open_docx", "mammoth"),
    ".rtf": _Format("word", "open_rtf", "striprtf"),
    ".xlsx": _Format("tables", "open_sheets", "python_calamine"),
    ".xls": _Format("tables", "open_sheets", "python_calamine"),
    ".xlsb": _Format("tables", "open_sheets", "python_calamine"),
    ".ods": _Format("tables", "open_sheets", "python_calamine"),
    ".csv": _Format("tables", "open_csv"),
    ".tsv": _Format("tables", "open_csv"),
    ".pptx": _Format("slides", "open_pptx", "pptx"),
    ".odt": _Format("open_document_text", "open_odf", "odf"),
    ".odp": _Format("open_document_text", "open_odf", "odf"),
    ".epub": _Format("epub", "open_epub"),
    ".ipynb": _Format("json_lines", "open_json"),
    ".json": _Format("json_lines", "open_json"),
    ".jsonl": _Format("json_lines", "open_json"),
    ".ndjson": _Format("json_lines", "open_json"),
    ".eml": _Format("mail", "open_eml", holds_files=True),
    ".mht": _Format("mail", "open_eml", holds_files=True),
    ".mhtml": _Format("mail", "open_eml", holds_files=True),
    ".mbox": _Format("mail", "open_mbox", holds_files=True),
    ".msg": _Format("mail", "open_msg", "oxmsg", holds_files=True),
    ".zip": _Format("archive", "open_zip", holds_files=True),
    ".tar": _Format("tar", "open_tar", holds_files=True),
    ".gz": _Format("tar", "open_tar", holds_files=True),
    ".bz2": _Format("tar", "open_tar", holds_files=True),
    ".xz": _Format("tar", "open_tar", holds_files=True),
    ".tgz": _Format("tar", "open_tar", holds_files=True),
}
SUFFIXES = (*_FORMATS, ".xlsm", ".docm", ".pptm")
_TEXTS = frozenset(
    (".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".ipynb", ".eml", ".mht", ".mhtml", ".mbox")
)
# How compressed files begin, and where a TAR file says that it is one.
_COMPRESSED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0")
_TAR = slice(257, 262)
_COMPOUND = b"\xd0\xcf\x11\xe0"


def open_format(
    path: Path, head: bytes, opened: Callable[[Path], Document] | None
) -> Document | None:
    """Open a file of one of these formats; None for what is of none of them.

    Parameters
    ----------
    path
        The file.
    head
        Its first bytes.
    opened
        Opens a file that lies in this one; None where it lies too deep already.

    Raises
    ------
    UnreadableFileError
        If it is damaged, encrypted, or an archive too deep in others.
    MissingExtraError
        If the package that reads it is not installed.
    """
    suffix = _suffix(path, head)
    if suffix is None:
        return None
    module, function, package, holds_files = _FORMATS[suffix]
    if holds_files and opened is None:
        raise UnreadableFileError("lies too deep in other files")
    if package and find_spec(package) is None:
        raise MissingExtraError(package, "office", f"reading {suffix} files")
    reader = getattr(import_module(f"trovato.data.documents.formats.{module}"), function)
    document: Document = reader(path, opened) if holds_files else reader(path)
    return document


def _suffix(path: Path, head: bytes) -> str | None:
    """The suffix that goes with what a file holds, whatever it is called."""
    suffix = path.suffix.lower()
    if head.startswith(b"PK\x03\x04"):
        return _packed(path)
    if head.startswith(_COMPOUND):
        if suffix not in (".xls", ".msg"):
            raise UnreadableFileError(
                "is a document of an Office before 2007, or an encrypted one: save it as DOCX, "
                "XLSX or PPTX without a password"
            )
        return suffix
    if head.startswith(_COMPRESSED) or head[_TAR] == b"ustar":
        return ".tar"
    if head.startswith(b"{\\rtf"):
        return ".rtf"
    return suffix if suffix in _TEXTS else None


def _packed(path: Path) -> str:
    """What a ZIP file is, by the names of what it holds."""
    try:
        with ZipFile(path) as archive:
            names = archive.namelist()
            stated = archive.read("mimetype")[:100] if "mimetype" in names else b""
    except (BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
        raise UnreadableFileError(f"is damaged: {error}") from error
    if "[Content_Types].xml" in names:
        for folder, suffix in (("word/", ".docx"), ("xl/", ".xlsx"), ("ppt/", ".pptx")):
            if any(name.startswith(folder) for name in names):
                return ".xlsb" if "xl/workbook.bin" in names else suffix
    if b"opendocument" in stated:
        return ".ods" if b"spreadsheet" in stated else ".odt"
    return ".epub" if b"epub" in stated or path.suffix.lower() == ".epub" else ".zip"
