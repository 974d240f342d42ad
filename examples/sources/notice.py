"""A notice at a door, as a picture."""

from __future__ import annotations

import io

import pypdfium2
from PIL import Image

from sources.sheet import ACCENT, FAINT, WARM, Sheet

NAME = "notice.png"
_HOURS = (
    ("Tuesday to Friday", "9:30 to 18:00"),
    ("Saturday", "10:00 to 13:00"),
    ("Sunday and Monday", "closed"),
)
_RULES = (
    "Pencils only. Ink stays in the cloakroom.",
    "Maps are fetched at 11:00 and at 15:00.",
    "Lockers take a coin of two crowns.",
)


def render() -> bytes:
    """The picture."""
    sheet = Sheet("", (480, 600))
    sheet.footer = lambda: None  # type: ignore[method-assign]
    sheet.set_auto_page_break(False)
    sheet.add_page()
    sheet.set_draw_color(*ACCENT)
    sheet.set_line_width(6)
    sheet.rect(16, 16, 448, 568)
    sheet.write_at(240, 86, "Reading room", size=36, style="B", color=ACCENT, align="C")
    sheet.write_at(240, 116, "of the town of Valdora", size=17, color=FAINT, align="C")
    sheet.set_fill_color(*WARM)
    sheet.rect(200, 138, 80, 4, style="F")
    for place, (day, hours) in enumerate(_HOURS):
        sheet.write_at(60, 196 + place * 38, day, size=18)
        sheet.write_at(420, 196 + place * 38, hours, size=18, style="B", align="R")
    for place, rule in enumerate(_RULES):
        sheet.write_at(60, 350 + place * 36, rule, size=16)
    sheet.write_at(240, 510, "Closed on 11 November", size=22, style="B", color=WARM, align="C")
    sheet.write_at(240, 546, "Telephone 555 0147", size=16, color=FAINT, align="C")
    drawn = pypdfium2.PdfDocument(bytes(sheet.output()))[0].render(scale=1.6).to_pil()
    out = io.BytesIO()
    drawn.quantize(32, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()
