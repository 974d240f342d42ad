"""Ranked pictures on one sheet."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PIL import Image, ImageDraw

from trovato.core import Hit, PathLike, UnreadableFileError, atomic_path
from trovato.data.pictures import read_picture

_CELL, _GAP, _COLUMNS = 200, 12, 5


def contact_sheet(hits: Iterable[Hit], path: PathLike) -> None:
    """Write the pictures of hits side by side, with rank and score, as PNG or JPEG.

    A picture that can no longer be read leaves its place empty.

    Raises
    ------
    StorageError
        If the file cannot be written.
    """
    shown = list(hits)
    columns = min(_COLUMNS, max(1, len(shown)))
    rows = -(-max(1, len(shown)) // columns)
    step, line = _CELL + _GAP, 16
    sheet = Image.new("RGB", (columns * step + _GAP, rows * (step + line) + _GAP), "white")
    draw = ImageDraw.Draw(sheet)
    for place, hit in enumerate(shown):
        left = _GAP + place % columns * step
        top = _GAP + place // columns * (step + line)
        draw.text((left, top), f"{hit.rank}  {hit.score:.3f}", fill="black")
        try:
            picture = read_picture(hit.item.image or "")
        except UnreadableFileError:
            continue
        picture.thumbnail((_CELL, _CELL))
        sheet.paste(picture, (left, top + line))
    kind = "JPEG" if Path(path).suffix.lower() in (".jpg", ".jpeg") else "PNG"
    with atomic_path(Path(path)) as part:
        sheet.save(part, kind)
