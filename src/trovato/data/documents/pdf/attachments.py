"""Files that are attached to a PDF, or that a portfolio holds."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium

from trovato.core import UnreadableFileError
from trovato.data.documents.formats.parts import Part


def attached_parts(pdf: Any, lock: threading.RLock) -> list[Part]:
    """The files in a PDF, in its order.

    Parameters
    ----------
    pdf
        Of pypdfium2.
    lock
        Held for every call of pdfium.
    """
    with lock:
        count = pdf.count_attachments()
        names = [_name(pdf, index) for index in range(count)]
    return [Part(name, _writer(pdf, index, lock)) for index, name in enumerate(names)]


def _name(pdf: Any, index: int) -> str:
    try:
        name = str(pdf.get_attachment(index).get_name())
    except (pdfium.PdfiumError, UnicodeDecodeError):
        name = ""
    return name or f"attachment {index + 1}"


def _writer(pdf: Any, index: int, lock: threading.RLock) -> Callable[[Path], None]:
    def write(place: Path) -> None:
        with lock:
            try:
                content = bytes(pdf.get_attachment(index).get_data())
            except pdfium.PdfiumError as error:
                raise UnreadableFileError(f"is damaged: {error}") from error
        place.write_bytes(content)

    return write
