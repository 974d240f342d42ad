"""Charts drawn with lines and boxes; every label is text."""

from __future__ import annotations

from collections.abc import Sequence

from sources.sheet import ACCENT, FAINT, INK, WARM, Sheet


def bars(
    sheet: Sheet, title: str, values: Sequence[tuple[str, float]], unit: str, decimals: int = 0
) -> None:
    """Horizontal bars with their values; the best row comes last and is coloured."""
    _title(sheet, title)
    left, top = sheet.l_margin + 150, sheet.get_y()
    room = sheet.w - sheet.r_margin - left - 70
    longest = max(value for _, value in values)
    for place, (label, value) in enumerate(values):
        y = top + place * 26
        sheet.write_at(left - 8, y + 13, label, align="R")
        sheet.set_fill_color(*(WARM if place == len(values) - 1 else ACCENT))
        sheet.rect(left, y + 2, room * value / longest, 16, style="F")
        shown = f"{value:.{decimals}f} {unit}".strip()
        sheet.write_at(left + room * value / longest + 6, y + 13, shown, style="B")
    bottom = top + len(values) * 26
    sheet.set_draw_color(*INK)
    sheet.set_line_width(0.7)
    sheet.line(left, top - 4, left, bottom)
    sheet.set_y(bottom + 8)


def line(
    sheet: Sheet,
    title: str,
    points: Sequence[tuple[str, float]],
    heads: tuple[str, str],
    span: tuple[float, float],
) -> None:
    """Points at even steps joined by a line; `heads` name the two axes, `span` the upright one."""
    _title(sheet, title)
    left, top = sheet.l_margin + 44, sheet.get_y() + 16
    width, height = sheet.epw - 84, 190.0
    low, high = span

    def up(value: float) -> float:
        return top + height * (high - value) / (high - low)

    sheet.write_at(sheet.l_margin, top - 10, heads[1], color=FAINT)
    sheet.set_line_width(0.4)
    for step in range(6):
        value = low + (high - low) * step / 5
        sheet.set_draw_color(*(INK if step == 0 else (214, 220, 225)))
        sheet.line(left, up(value), left + width, up(value))
        sheet.write_at(left - 6, up(value) + 3, f"{value:.2f}", size=8, color=FAINT, align="R")
    places = [left + width * (place + 0.5) / len(points) for place in range(len(points))]
    sheet.set_draw_color(*ACCENT)
    sheet.set_line_width(1.8)
    for place in range(1, len(points)):
        sheet.line(places[place - 1], up(points[place - 1][1]), places[place], up(points[place][1]))
    sheet.set_fill_color(*WARM)
    for x, (label, value) in zip(places, points, strict=True):
        sheet.circle(x, up(value), 4, style="F")
        sheet.write_at(x, up(value) - 9, f"{value:g}", style="B", align="C")
        sheet.write_at(x, top + height + 14, label, align="C")
    sheet.write_at(left + width / 2, top + height + 30, heads[0], color=FAINT, align="C")
    sheet.set_y(top + height + 42)


def matrix(
    sheet: Sheet,
    title: str,
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[float]],
) -> None:
    """Shaded cells with their values; the largest of each row has a frame."""
    _title(sheet, title)
    left, top = sheet.l_margin + 76, sheet.get_y() + 18
    wide, high = (sheet.epw - 76) / len(columns), 30.0
    for place, column in enumerate(columns):
        sheet.write_at(left + (place + 0.5) * wide, top - 6, column, align="C")
    for down, (row, cells) in enumerate(zip(rows, values, strict=True)):
        y = top + down * high
        sheet.write_at(left - 8, y + 18, row, align="R", style="B")
        for across, value in enumerate(cells):
            shade = [round(255 - (255 - part) * value) for part in ACCENT]
            sheet.set_fill_color(*shade)
            sheet.rect(left + across * wide, y, wide - 2, high - 2, style="F")
            color = (255, 255, 255) if value > 0.5 else INK
            sheet.write_at(
                left + (across + 0.5) * wide - 1, y + 18, f"{value:.2f}", color=color, align="C"
            )
        best = max(range(len(cells)), key=lambda across: cells[across])
        sheet.set_draw_color(*WARM)
        sheet.set_line_width(2)
        sheet.rect(left + best * wide + 1, y + 1, wide - 4, high - 4)
    sheet.set_y(top + len(rows) * high + 10)


def flow(sheet: Sheet, boxes: Sequence[tuple[str, str]]) -> None:
    """Boxes in a row with arrows between them, each with a word and a line below it."""
    top, gap = sheet.get_y() + 4, 20.0
    wide = (sheet.epw - gap * (len(boxes) - 1)) / len(boxes)
    for place, (word, below) in enumerate(boxes):
        x = sheet.l_margin + place * (wide + gap)
        sheet.set_fill_color(*ACCENT)
        sheet.rect(x, top, wide, 32, style="F", round_corners=True, corner_radius=5)
        sheet.write_at(x + wide / 2, top + 20, word, style="B", color=(255, 255, 255), align="C")
        sheet.write_at(x + wide / 2, top + 46, below, size=8, color=FAINT, align="C")
        if place:
            sheet.set_draw_color(*WARM)
            sheet.set_line_width(1.5)
            sheet.line(x - gap + 4, top + 16, x - 5, top + 16)
            sheet.line(x - 9, top + 12, x - 5, top + 16)
            sheet.line(x - 9, top + 20, x - 5, top + 16)
    sheet.set_y(top + 62)


def _title(sheet: Sheet, title: str) -> None:
    sheet.ln(4)
    sheet.write_at(sheet.l_margin, sheet.get_y() + 10, title, size=11, style="B")
    sheet.set_y(sheet.get_y() + 24)
