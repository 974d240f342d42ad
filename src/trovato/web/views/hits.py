"""A hit as a card shows it: how well it matches, and a picture of its best sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trovato.core import Hit, PageEvidence, PathEvidence
from trovato.index import Reader
from trovato.library import Library
from trovato.web.views.match_band import Band, band
from trovato.web.views.sheets import Crop, best_crop, drawn


@dataclass(frozen=True, slots=True)
class HitView:
    """A hit and what its card adds.

    Parameters
    ----------
    hit
        What was found.
    band
        How well it matches.
    crop
        The best sentence on its page; None where the page is text, or nothing on it matches.
    ocr
        Whether the page was read by OCR.
    """

    hit: Hit
    band: Band
    crop: Crop | None
    ocr: bool

    @property
    def file(self) -> str:
        """What hits are put together by."""
        at = self.hit.item.location
        return at.file if at else self.hit.item.id


@dataclass(frozen=True, slots=True)
class Group:
    """Hits of one file, best first."""

    file: str
    views: tuple[HitView, ...]


def views_of(library: Library, hits: Iterable[Hit]) -> list[HitView]:
    """What cards show of hits."""
    with library.collection.reading() as reader:
        return [_view_of(reader, hit) for hit in hits]


def _view_of(reader: Reader, hit: Hit) -> HitView:
    crop = None
    if isinstance(hit.evidence, PageEvidence) and hit.evidence.regions:
        row = reader.row_of(hit.item.id)
        file = reader.file_of(row)
        if drawn(file):
            crop = best_crop(hit.evidence, reader.layout_of(row), file.digest)
    paths = isinstance(hit.evidence, PathEvidence)
    return HitView(
        hit, "fair" if paths else band(hit.evidence), crop, bool(hit.item.attributes.get("ocr"))
    )


def grouped(views: Sequence[HitView]) -> list[Group]:
    """Hits by file, in the order of each file's best."""
    files: dict[str, list[HitView]] = {}
    for view in views:
        files.setdefault(view.file, []).append(view)
    return [Group(file, tuple(found)) for file, found in files.items()]
