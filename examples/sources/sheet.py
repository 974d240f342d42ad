"""A PDF in the style of the example documents, the same bytes on every run."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from fpdf import FPDF, FontFace

INK = (30, 36, 44)
FAINT = (120, 128, 138)
ACCENT = (0, 98, 122)
WARM = (202, 98, 40)
WASH = (231, 240, 243)
_MARGIN = 62


class Sheet(FPDF):
    """Pages with a title, prose, columns, steps and tables; sizes in points."""

    def __init__(self, name: str, size: tuple[float, float] = (595.28, 841.89)) -> None:
        landscape = size[0] > size[1]
        super().__init__("L" if landscape else "P", "pt", (min(size), max(size)))
        self.name = name
        self.set_title(name)
        self.set_author("The trovato project")
        self.set_lang("en")
        self.set_producer("trovato examples")
        self.set_creation_date(datetime(2026, 1, 15, 12, 0, tzinfo=UTC))
        self.set_margins(_MARGIN, 58)
        self.c_margin = 0
        self.set_auto_page_break(True, 64)

    def footer(self) -> None:
        """Name of the document and number of the page."""
        self.set_draw_color(*FAINT)
        self.set_line_width(0.4)
        self.line(self.l_margin, self.h - 44, self.w - self.r_margin, self.h - 44)
        self.set_y(-40)
        self._style("Helvetica", "", 8.5, FAINT)
        self.cell(self.epw / 2, 12, self.name)
        self.cell(self.epw / 2, 12, str(self.page_no()), align="R")

    def heading(self, text: str, *, first: bool = False) -> None:
        """A heading; the first one of a document is larger."""
        if not first:
            self.ln(8)
        size = 24 if first else 15
        self._style("Helvetica", "B", size, ACCENT)
        self.multi_cell(0, size * 1.25, text, align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(6 if first else 3)

    def lead(self, text: str) -> None:
        """The sentence under the first heading."""
        self._style("Times", "I", 13.5, FAINT)
        self.multi_cell(0, 18, _line(text), align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(8)

    def prose(self, text: str) -> None:
        """Paragraphs, with blank lines between them."""
        for paragraph in text.split("\n\n"):
            self._style("Times", "", 11.5, INK)
            self.multi_cell(0, 16, _line(paragraph), align="L", new_x="LMARGIN", new_y="NEXT")
            self.ln(6)

    def columns(self, text: str) -> None:
        """Paragraphs set in two columns; a line that starts with # is a small heading."""
        self._style("Times", "", 11, INK)
        with self.text_columns(
            ncols=2, gutter=22, text_align="L", line_height=1.32, balance=True
        ) as columns:
            for part in text.strip().split("\n\n"):
                if part.startswith("# "):
                    self._style("Helvetica", "B", 11.5, ACCENT)
                    with columns.paragraph(top_margin=5, bottom_margin=3) as paragraph:
                        paragraph.write(_line(part[2:]))
                    self._style("Times", "", 11, INK)
                else:
                    with columns.paragraph(bottom_margin=7) as paragraph:
                        paragraph.write(_line(part))
        self.ln(6)

    def steps(self, steps: Sequence[str]) -> None:
        """A numbered list."""
        for number, step in enumerate(steps, start=1):
            self._style("Helvetica", "B", 11, WARM)
            self.cell(22, 16, f"{number}.")
            self._style("Times", "", 11.5, INK)
            self.multi_cell(0, 16, _line(step), align="L", new_x="LMARGIN", new_y="NEXT")
            self.ln(3)
        self.ln(4)

    def grid(
        self,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        widths: Sequence[int],
        *,
        last_is_sum: bool = False,
    ) -> None:
        """A table: the first column reads from the left, numbers line up on the right."""
        self._style("Helvetica", "", 9.5, INK)
        self.set_draw_color(*FAINT)
        self.set_line_width(0.4)
        self.set_fill_color(255, 255, 255)
        numbers = [
            place > 0 and _are_numbers(cells) for place, cells in enumerate(zip(*rows, strict=True))
        ]
        with self.table(
            col_widths=tuple(widths),
            text_align=tuple("RIGHT" if number else "LEFT" for number in numbers),
            headings_style=FontFace(emphasis="BOLD", color=INK, fill_color=WASH),
            borders_layout="HORIZONTAL_LINES",
            line_height=14,
            padding=(3, 8),
        ) as table:
            table.row(list(heads))
            for place, row in enumerate(rows, start=1):
                total = last_is_sum and place == len(rows)
                table.row(list(row), style=FontFace(emphasis="BOLD") if total else None)
        self.ln(4)

    def caption(self, text: str) -> None:
        """A line under a table or a chart."""
        self._style("Times", "I", 10, FAINT)
        self.multi_cell(0, 13, _line(text), align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(8)

    def write_at(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 9,
        style: str = "",
        color: tuple[int, int, int] = INK,
        align: str = "L",
    ) -> None:
        """One line of text with its baseline at y; `align` says which end or middle x is."""
        self._style("Helvetica", style, size, color)
        width = self.get_string_width(text)
        self.text(x - {"L": 0.0, "C": width / 2, "R": width}[align], y, text)

    def _style(self, family: str, style: str, size: float, color: tuple[int, int, int]) -> None:
        self.set_font(family, style, size)
        self.set_text_color(*color)


def _are_numbers(cells: Sequence[str]) -> bool:
    return all(cell[0] in "-+.0123456789" for cell in cells if cell.strip())


def _line(text: str) -> str:
    """The text without the line breaks of the source file."""
    return " ".join(text.split())
