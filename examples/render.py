"""Make the example documents, or check that those in the folder are current.

Usage: python examples/render.py [--check]
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
import pypdfium2
from PIL import Image
from sources import guide, how, kernel, measures, memo, notice

DOCUMENTS = Path(__file__).parent / "documents"
_MADE = (how, measures, guide, kernel, memo, notice)
# Versions of the libraries that draw and compress may differ in a few shades, a changed letter
# darkens its surroundings by more than this.
_SHADES = 12
_BLOCK = 12


def same(old: bytes, new: bytes) -> bool:
    """Whether two files look alike: the same text, and no part of a page in other shades."""
    if old == new:
        return True
    try:
        before, after = _pages(old), _pages(new)
    except (OSError, pypdfium2.PdfiumError):
        return False
    return len(before) == len(after) and all(
        old_text == new_text and _alike(old_page, new_page)
        for (old_text, old_page), (new_text, new_page) in zip(before, after, strict=True)
    )


def _pages(content: bytes) -> list[tuple[str, Image.Image]]:
    if not content.startswith(b"%PDF"):
        return [("", Image.open(io.BytesIO(content)).convert("L"))]
    return [
        (page.get_textpage().get_text_bounded(), page.render(grayscale=True).to_pil())
        for page in pypdfium2.PdfDocument(content)
    ]


def _alike(old: Image.Image, new: Image.Image) -> bool:
    if old.size != new.size:
        return False
    apart = np.abs(np.asarray(old, np.float32) - np.asarray(new, np.float32))
    height, width = (side - side % _BLOCK for side in apart.shape)
    blocks = apart[:height, :width].reshape(height // _BLOCK, _BLOCK, width // _BLOCK, _BLOCK)
    return bool(blocks.mean(axis=(1, 3)).max() < _SHADES)


def main(arguments: list[str]) -> int:
    """Write the documents; with `--check` only say which ones are not current."""
    stale = []
    for source in _MADE:
        path, new = DOCUMENTS / source.NAME, source.render()
        if path.exists() and same(path.read_bytes(), new):
            continue
        stale.append(path.name)
        if "--check" not in arguments:
            path.write_bytes(new)
    word = "not current" if "--check" in arguments else "written"
    sys.stdout.write(f"{word}: {', '.join(stale) or 'none'}\n")
    return int(bool(stale) and "--check" in arguments)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
