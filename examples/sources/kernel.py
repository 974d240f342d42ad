"""Kernel notes: a deck of six slides."""

from __future__ import annotations

from collections.abc import Sequence

from sources.sheet import ACCENT, FAINT, INK, WARM, WASH, Sheet

NAME = "kernel-notes.pdf"
_WHITE = (255, 255, 255)


class _Deck(Sheet):
    """Slides of 16 to 9."""

    def __init__(self) -> None:
        super().__init__("Kernel notes", (720, 405))
        self.set_auto_page_break(False)

    def footer(self) -> None:
        """Number of the slide; the title slide has none."""
        if self.page_no() > 1:
            self.write_at(40, 388, self.name, size=9, color=FAINT)
            self.write_at(680, 388, str(self.page_no()), size=9, color=FAINT, align="R")

    def slide(self, title: str) -> None:
        """A new slide with its title."""
        self.add_page()
        self.set_fill_color(*ACCENT)
        self.rect(0, 0, 720, 62, style="F")
        self.write_at(40, 40, title, size=24, style="B", color=_WHITE)

    def points(self, x: float, y: float, points: Sequence[str], step: float = 40) -> None:
        """Lines of text with a square before each."""
        for place, point in enumerate(points):
            self.set_fill_color(*WARM)
            self.rect(x, y + place * step - 9, 8, 8, style="F")
            self.write_at(x + 20, y + place * step, point, size=15.5)

    def block(self, box: tuple[float, float, float, float], text: str, *, full: bool) -> None:
        """A box of left, top, width and height with a word in it."""
        self.set_fill_color(*(ACCENT if full else WASH))
        self.set_draw_color(*_WHITE)
        self.rect(*box, style="DF")
        left, top, width, height = box
        color = _WHITE if full else INK
        self.write_at(left + width / 2, top + height / 2 + 4, text, size=11, color=color, align="C")


def render() -> bytes:
    """The deck."""
    deck = _Deck()
    deck.add_page()
    deck.set_fill_color(*ACCENT)
    deck.rect(0, 0, 720, 405, style="F")
    deck.set_fill_color(*WARM)
    deck.rect(60, 226, 90, 5, style="F")
    deck.write_at(60, 190, "Kernel notes", size=46, style="B", color=_WHITE)
    deck.write_at(60, 266, "How MaxSim became fast, in five slides", size=19, color=_WHITE)
    deck.write_at(60, 292, "The trovato project", size=13, color=(190, 215, 222))
    _why(deck)
    _layout(deck)
    _dispatch(deck)
    _numbers(deck)
    _checks(deck)
    return bytes(deck.output())


def _why(deck: _Deck) -> None:
    deck.slide("Why eight bits")
    deck.points(
        46,
        112,
        [
            "A search compares every question token with every page token",
            "32 tokens x 1.2 million tokens x 128 numbers: 4.9 billion products",
            "One VNNI instruction does 64 products of bytes and adds them up",
            "The same register holds only 16 numbers of 32 bits",
            "A byte per number also means a quarter of the memory to read",
        ],
        48,
    )
    deck.write_at(
        46, 356, "Fewer bits are first of all fewer bytes to move.", size=14, color=ACCENT
    )


def _layout(deck: _Deck) -> None:
    deck.slide("Ragged, never padded")
    deck.write_at(46, 100, "Values: the tokens of all pages, one after another", size=14)
    left = 46.0
    for page, tokens in enumerate((5, 2, 6, 3)):
        for token in range(tokens):
            box = (left, 116.0, 38.0, 34.0)
            deck.block(box, f"{'ABCD'[page]}{token + 1}", full=page % 2 == 0)
            left += 38
    deck.write_at(46, 196, "Offsets: where each page starts, and the end", size=14)
    for place, offset in enumerate((0, 5, 7, 13, 16)):
        deck.block((46 + place * 62.0, 210, 58, 34), str(offset), full=False)
    deck.points(
        46,
        286,
        [
            "Page C owns rows 7 to 12: from its offset up to the next",
            "Padding every page to 6 tokens would waste 8 rows of 24",
            "A page without tokens has two equal offsets and its score is stated",
        ],
        32,
    )


def _dispatch(deck: _Deck) -> None:
    deck.slide("Four paths, one result")
    rows = (
        ("Processor has", "Path", "Products per step"),
        ("AVX-512 with VNNI", "bytes, 512-bit registers", "64"),
        ("AVX2", "bytes, 256-bit registers", "32"),
        ("NEON (ARM)", "bytes, 128-bit registers", "16"),
        ("anything else", "portable C++ loops", "1"),
    )
    for place, cells in enumerate(rows):
        y = 84 + place * 40
        deck.set_fill_color(*(WASH if place == 0 else _WHITE))
        deck.rect(46, y, 628, 38, style="F")
        deck.set_draw_color(*FAINT)
        deck.line(46, y + 38, 674, y + 38)
        for x, cell in zip((58, 262, 512), cells, strict=True):
            deck.write_at(x, y + 24, cell, size=14, style="B" if place == 0 else "")
    deck.points(
        46,
        316,
        [
            "The path is chosen at run time, by what the processor can do",
            "Sums of byte products are exact, so all paths agree",
        ],
        32,
    )


def _numbers(deck: _Deck) -> None:
    deck.slide("The prototype in numbers")
    for place, (number, below) in enumerate(
        (
            ("15 ms", "processor time per search"),
            ("65 %", "of what the core can do"),
            ("28 x", "faster than maxsim-cpu"),
        )
    ):
        x = 46 + place * 214.0
        deck.set_fill_color(*WASH)
        deck.rect(x, 90, 200, 120, style="F", round_corners=True, corner_radius=8)
        deck.write_at(x + 100, 150, number, size=38, style="B", color=WARM, align="C")
        deck.write_at(x + 100, 184, below, size=12.5, align="C")
    deck.points(
        46,
        252,
        [
            "10,000 documents of 120 tokens, 32 tokens in the question, one thread",
            "Peak of the core: 999 billion byte operations per second",
            "maxsim-cpu takes 420 ms on the same vectors and the same core",
        ],
        36,
    )


def _checks(deck: _Deck) -> None:
    deck.slide("What can go wrong, and the check")
    deck.points(
        46,
        106,
        [
            "Zero padding: a page of bad matches would score 0, too much. Pad with minus infinity",
            "One scale for all vectors: recall at 10 falls from .9975 to .78",
            "Holding Python's lock: it is released, so other threads go on",
            "Rounding: compared with a slow twin in NumPy on random shapes",
            "Empty question or empty page: an answer is defined for both",
        ],
        50,
    )
