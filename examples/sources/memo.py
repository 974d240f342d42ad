"""Memo 7: a page about a scan, and the scan, which has no text layer."""

from __future__ import annotations

import io

import numpy as np
import pypdfium2
from PIL import Image, ImageFilter

from sources.sheet import Sheet

NAME = "memo-7.pdf"
_SCALE = 150 / 72
_TILT = 0.9

_MEMO = """READING ROOM OF VALDORA

MEMO 7                                  4 February


To:    everyone who helps on Thursday
From:  Ines Calloway


The harbour maps of 1911 are moved on Thursday.
They leave cabinet 38 and go to the long table in
the north wing. There are 612 maps, and 47 of them
are torn. Torn maps travel flat, between boards.

The key of cabinet 38 hangs behind the clock in
the east corridor. Please put it back at noon.

The scanner skips every ninth sheet unless its
tray is raised. Turn the brass screw twice to the
left before you start.

Lamps out at 21:40. The night watch is Otto Brandt.


                    I. Calloway
"""


def render() -> bytes:
    """The document."""
    sheet = Sheet("Memo 7")
    sheet.add_page()
    sheet.heading("A memo on paper", first=True)
    sheet.lead("The next page is a picture. Only OCR can read it.")
    sheet.prose(
        """
        Offices are full of sheets that were typed, signed, copied and scanned. In a PDF such a
        sheet looks like any other page, but a program that asks for its text gets nothing. The next
        page is one of them: it was drawn, tilted by a degree, given the grain of a cheap scanner,
        and put into this file as a picture.

        The reading room of Valdora, its staff and its maps are invented. What the memo says stands
        nowhere else in these examples, so a search that finds it has read the picture.
        """
    )
    sheet.heading("How to tell whether it worked")
    sheet.steps(
        [
            "Index the folder of examples. The summary counts the pages that were read by OCR.",
            "Ask for something that only the memo says.",
            "Look at the picture of the hit: its boxes must lie on the tilted lines.",
        ]
    )
    sheet.prose(
        """
        If the page is found but the boxes are shifted, the picture was turned before it was read
        and not turned back afterwards. If it is not found at all, OCR is perhaps not installed: the
        extra is called ocr.
        """
    )
    sheet.add_page()
    sheet.image(io.BytesIO(_scan()), 0, 0, sheet.w, sheet.h)
    sheet.set_auto_page_break(False)
    sheet.footer = lambda: None  # type: ignore[method-assign]
    return bytes(sheet.output())


def _scan() -> bytes:
    """The memo as a scanner would see it, as JPEG."""
    typed = Sheet("")
    typed.footer = lambda: None  # type: ignore[method-assign]
    typed.add_page()
    typed.set_font("Courier", "", 13)
    typed.set_xy(84, 110)
    typed.multi_cell(450, 21, _MEMO, align="L")
    clean = pypdfium2.PdfDocument(bytes(typed.output()))[0].render(scale=_SCALE, grayscale=True)
    picture = clean.to_pil().rotate(_TILT, Image.Resampling.BICUBIC, fillcolor=255)
    picture = picture.filter(ImageFilter.GaussianBlur(0.6))
    light = np.asarray(picture, np.float32)
    random = np.random.default_rng(7)
    across = np.linspace(-1, 1, light.shape[1], dtype=np.float32)
    paper = 238 - 14 * across**4
    grain = random.normal(0, 4, light.shape).astype(np.float32)
    seen = np.clip(paper * (0.18 + 0.82 * light / 255) + grain, 0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(seen).save(out, "JPEG", quality=55)
    return out.getvalue()
