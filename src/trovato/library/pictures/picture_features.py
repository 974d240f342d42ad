"""Features of pictures, computed once for each content."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from trovato.core import Item, UnreadableFileError
from trovato.core.shapes import Float32
from trovato.data import digest
from trovato.data.pictures import crops_of, read_picture
from trovato.encode.images import PictureSpace
from trovato.library.pictures.feature_cache import FeatureCache


class PictureFeatures:
    """Features of whole pictures and, where they are wanted, of their crops.

    Parameters
    ----------
    space
        Computes them.
    cache
        Keeps them.
    crops
        Whether crops are wanted.
    """

    def __init__(self, space: PictureSpace, cache: FeatureCache, *, crops: bool) -> None:
        self.space = space
        self._cache = cache
        self.crops = crops

    def of(self, content: str, image: Image.Image) -> Float32[np.ndarray, "views features"]:
        """Features of a picture that is open, by the digest of its file."""
        known = self._known(content)
        if known is not None:
            return known
        views = [image, *(crops_of(image) if self.crops else ())]
        rows = list(self.space.features(views))
        for view, row in enumerate(rows):
            self._cache.put(self.space.fingerprint, _key(content, view), row)
        return np.stack(rows)

    def of_item(self, item: Item) -> Float32[np.ndarray, "views features"] | None:
        """Features of a picture of the collection; None where its file has gone or changed."""
        content = str(item.attributes.get("sha256", ""))
        known = self._known(content)
        if known is not None:
            return known
        path = Path(item.image or "")
        try:
            return self.of(content, read_picture(path)) if digest(path) == content else None
        except UnreadableFileError:
            return None

    def _known(self, content: str) -> Float32[np.ndarray, "views features"] | None:
        views = 1 + 5 * self.crops
        rows = [
            self._cache.get(self.space.fingerprint, _key(content, view)) for view in range(views)
        ]
        return _stacked(rows)


def _stacked(
    rows: Sequence[Float32[np.ndarray, " features"] | None],
) -> Float32[np.ndarray, "views features"] | None:
    found = [row for row in rows if row is not None]
    return np.stack(found) if len(found) == len(rows) else None


def _key(content: str, view: int) -> str:
    return f"{content}/{view}" if view else content
