"""Reading the words off a picture."""

from __future__ import annotations

import hashlib
import threading
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from trovato.core import MissingExtraError
from trovato.core.shapes import Float64, UInt8
from trovato.data.documents.reading_order import Line, reading_order
from trovato.data.documents.scans.cache import OcrCache
from trovato.data.documents.scans.tiles import read_in_tiles
from trovato.data.documents.scans.turned import (
    Edges,
    ScoredLine,
    TurnedLines,
    read_upright,
    turned_back,
    words_of_line,
)
from trovato.data.documents.word_layout import PageText, join_words

# A picture with less contrast than this (darkest to lightest, of 255) is a blank page.
_BLANK = 16


# Part of the key of a stored result: changes when the same picture would be read differently.
_SETTINGS = "PP-OCRv6 small, no classifier, lines sought at 960, turned, in tiles"
# Longer sides of sheets, in points.
_A4, _A3 = 842.0, 1195.0


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
            The page, about `long_side` pixels long, or a larger one, which is read in tiles.
        width, height
            Size of the page in points; boxes are given in them.
        """
        pixels = np.asarray(picture.convert("RGB"))
        if int(pixels.max()) - int(pixels.min()) < _BLANK:
            return join_words([], np.zeros((0, 4)), [])
        key = hashlib.sha256(f"{self._fingerprint} {pixels.shape}".encode() + pixels.tobytes())
        found = self._cache.get(key.hexdigest()) if self._cache else None
        if found is None:
            with self._lock:
                found = read_upright(pixels, self._tiles)
            if self._cache:
                self._cache.put(key.hexdigest(), found)
        scale = np.array([width / picture.width, height / picture.height] * 2)
        return _words(found, picture.size, scale)

    def drawn_size(self, width: float, height: float) -> int:
        """Longer side, in pixels, in which a page of that size in points is drawn to be read.

        Pages up to A3 are drawn `long_side` pixels long; larger sheets as finely as an A4 page is,
        up to four times that.
        """
        longest = max(width, height)
        if longest <= _A3:
            return self.long_side
        return round(self.long_side * min(longest / _A4, 4.0))

    def _tiles(self, pixels: UInt8[np.ndarray, "height width 3"]) -> list[ScoredLine]:
        return read_in_tiles(pixels, self._lines, self.long_side)

    def _lines(self, pixels: UInt8[np.ndarray, "height width 3"]) -> list[ScoredLine]:
        """Lines in pixels, and how sure each is."""
        found = self._engine(pixels[:, :, ::-1])
        if found.boxes is None or found.txts is None:
            return []
        high, low = np.max(found.boxes, axis=1), np.min(found.boxes, axis=1)
        edges = np.hstack([low, high]).astype(float).round(1).tolist()
        return [
            ScoredLine(Line(text, *box), float(score))
            for text, box, score in zip(found.txts, edges, found.scores, strict=True)
            if text.strip()
        ]


def _words(found: TurnedLines, size: tuple[int, int], scale: Float64[np.ndarray, "4"]) -> PageText:
    """Words of the lines; a word's box is its share of the line's, as in a usual typeface."""
    words: list[str] = []
    boxes: list[Edges] = []
    glued: list[bool] = []
    for line in reading_order(found.lines):
        first = True
        for word, box in words_of_line(line):
            broken = first and bool(words) and _breaks(words[-1], word)
            if broken:
                words[-1] = words[-1][:-1]
            words.append(word)
            boxes.append(box)
            glued.append(broken)
            first = False
    upright = join_words(words, np.array(boxes, np.float64).reshape(-1, 4), glued)
    shown = [turned_back(box, found.turn, size) for box in boxes]
    corners = np.array(shown, np.float64).reshape(-1, 4) * scale
    return PageText(upright.text, upright.spans, corners)


def _breaks(before: str, after: str) -> bool:
    """Whether a word at the end of a line goes on at the beginning of the next."""
    return before[-1:] in "-\u2010" and before[-2:-1].islower() and after[:1].islower()
