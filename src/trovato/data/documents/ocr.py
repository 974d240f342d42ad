"""Reading the words off a picture."""

from __future__ import annotations

import hashlib
import json
import logging
import re
import sqlite3
import threading
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from trovato.core import MissingExtraError, PathLike, StorageError, file_errors
from trovato.core.shapes import Float64, UInt8
from trovato.data.documents.reading_order import Line, reading_order
from trovato.data.documents.text_pages import width_of
from trovato.data.documents.word_layout import PageText, join_words

_log = logging.getLogger(__name__)

# A picture with less contrast than this (darkest to lightest, of 255) is a blank page.
_BLANK = 16


# Part of the key of a stored result: changes when the same picture would be read differently.
_SETTINGS = "PP-OCRv6 small, no classifier, lines sought at 960"


class OcrCache:
    """Results by picture and engine, in an SQLite file that several processes may share.

    A cache is never worth an error: what cannot be read counts as absent, and what cannot be stored
    is read anew next time.

    Parameters
    ----------
    path
        The file. One that is damaged, or no SQLite database, is put aside as `….damaged-1`, and a
        new one is begun; a warning is logged.

    Raises
    ------
    StorageError
        If the file cannot be opened for another reason; it is left as it is.
    """

    def __init__(self, path: PathLike) -> None:
        path = Path(path)
        with file_errors("make", path.parent):
            path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._database = self._open(path)
        except sqlite3.DatabaseError as error:
            # The lowest byte of an extended code is the primary one.
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
            if code not in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                raise StorageError(
                    f"cannot open the cache {path} ({error}): check who may write there and that "
                    "the disk has room, or try again; it is left as it is"
                ) from error
            aside = _put_aside(path)
            _log.warning("%s is damaged (%s): kept as %s, and begun anew", path, error, aside)
            self._database = self._open(path)

    @staticmethod
    def _open(path: Path) -> sqlite3.Connection:
        database = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        try:
            database.execute("PRAGMA journal_mode = WAL")
            database.execute(
                "CREATE TABLE IF NOT EXISTS results (key TEXT PRIMARY KEY, lines TEXT)"
            )
        except sqlite3.DatabaseError:
            database.close()
            raise
        return database

    def get(self, key: str) -> list[Line] | None:
        """What was stored under `key`."""
        try:
            query = "SELECT lines FROM results WHERE key = ?"
            row = self._database.execute(query, [key]).fetchone()
            return None if row is None else [Line(text, *box) for text, box in json.loads(row[0])]
        except (sqlite3.DatabaseError, ValueError, TypeError):
            return None

    def put(self, key: str, lines: Sequence[Line]) -> None:
        """Store a result."""
        stored = [[line.text, line[1:]] for line in lines]
        with suppress(sqlite3.DatabaseError):
            self._database.execute(
                "INSERT OR REPLACE INTO results VALUES (?, ?)",
                [key, json.dumps(stored, ensure_ascii=False)],
            )

    def close(self) -> None:
        """Release the file."""
        self._database.close()


def _put_aside(path: Path) -> Path:
    """Give a database, and its log, a name that is free."""
    names = (path.with_name(f"{path.name}.damaged-{number}") for number in count(1))
    aside = next(name for name in names if not name.exists())
    with file_errors("rename", path):
        for end in ("-wal", "-shm", ""):
            part = path.with_name(path.name + end)
            if part.exists():
                part.replace(aside.with_name(aside.name + end))
    return aside


class Ocr:
    """RapidOCR with the models that its package carries, on ONNX Runtime.

    Parameters
    ----------
    cache
        Where results are kept; None reads every picture anew.
    threads
        Processors to use.
    long_side
        Pages are drawn this large, in pixels, before they are read.

    Raises
    ------
    MissingExtraError
        If RapidOCR is not installed.
    """

    def __init__(
        self, cache: OcrCache | None = None, *, threads: int = 1, long_side: int = 1280
    ) -> None:
        try:
            self._fingerprint = f"rapidocr {version('rapidocr')} {_SETTINGS}"
        except ImportError as error:
            raise MissingExtraError(
                "rapidocr", "ocr", "reading pages without a text layer"
            ) from error
        self.long_side = long_side
        self._cache = cache
        self._threads = threads
        self._lock = threading.Lock()

    @cached_property
    def _engine(self) -> Any:
        import rapidocr

        # Stated paths keep RapidOCR from looking for models elsewhere.
        models = Path(rapidocr.__file__).parent / "models"
        return rapidocr.RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.use_cls": False,
                # Lines are looked for in a smaller picture, and read from the full one, one by one.
                # On 43 scanned pages: 1.8 s a page instead of 2.6, and the same words found of 33
                # questions about them.
                "Det.limit_type": "max",
                "Det.limit_side_len": 960,
                "Rec.rec_batch_num": 1,
                "Det.model_path": str(models / "PP-OCRv6_det_small.onnx"),
                "Rec.model_path": str(models / "PP-OCRv6_rec_small.onnx"),
                "EngineConfig.onnxruntime.intra_op_num_threads": self._threads,
            }
        )

    def read(self, picture: Image.Image, width: float, height: float) -> PageText:
        """Read a picture of a page.

        Parameters
        ----------
        picture
            The page, about `long_side` pixels long.
        width, height
            Size of the page in points; boxes are given in them.
        """
        pixels = np.asarray(picture.convert("RGB"))
        if int(pixels.max()) - int(pixels.min()) < _BLANK:
            return join_words([], np.zeros((0, 4)), [])
        key = hashlib.sha256(f"{self._fingerprint} {pixels.shape}".encode() + pixels.tobytes())
        lines = self._cache.get(key.hexdigest()) if self._cache else None
        if lines is None:
            with self._lock:
                lines = self._lines(pixels)
            if self._cache:
                self._cache.put(key.hexdigest(), lines)
        scale = np.array([width / picture.width, height / picture.height] * 2)
        return _words(reading_order(lines), scale)

    def _lines(self, pixels: UInt8[np.ndarray, "height width 3"]) -> list[Line]:
        """Text and box of each line, in pixels."""
        found = self._engine(pixels[:, :, ::-1])
        if found.boxes is None or found.txts is None:
            return []
        high, low = np.max(found.boxes, axis=1), np.min(found.boxes, axis=1)
        edges = np.hstack([low, high]).astype(float).round(1).tolist()
        return [
            Line(text, *box) for text, box in zip(found.txts, edges, strict=True) if text.strip()
        ]


def _words(lines: Sequence[Line], scale: Float64[np.ndarray, "4"]) -> PageText:
    """Words of the lines; a word's box is its share of the line's, as in a usual typeface."""
    words: list[str] = []
    boxes: list[Float64[np.ndarray, "4"]] = []
    for line in lines:
        box = np.array(line[1:])
        # A tall line stands on its side, and is read from the top down.
        along = 1 if len(line.text) > 2 and box[3] - box[1] > 1.5 * (box[2] - box[0]) else 0
        parts = re.findall(r"\S+|\s+", line.text)
        edges = np.cumsum([0.0, *map(width_of, parts)])
        edges = box[along] + (box[along + 2] - box[along]) * edges / max(edges[-1], 1e-6)
        for part, first, last in zip(parts, edges, edges[1:], strict=False):
            if not part.isspace():
                words.append(part)
                place = box.copy()
                place[along], place[along + 2] = first, last
                boxes.append(place * scale)
    corners = np.array(boxes, np.float64).reshape(-1, 4)
    return join_words(words, corners, [False] * len(words))
