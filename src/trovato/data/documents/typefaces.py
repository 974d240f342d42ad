"""Which typeface has a character: our own, or one of this machine."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

# What stands where no typeface has a character.
REPLACEMENT = "\ufffd"
# Where systems keep typefaces.
FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".local/share/fonts",
    Path.home() / ".fonts",
    Path("/System/Library/Fonts"),
    Path("/Library/Fonts"),
    Path.home() / "Library/Fonts",
    Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts",
)
# Those that have much of Unicode, in the order in which they are tried.
_KNOWN = (
    r"dejavusans",
    r"notosans\w*(-regular|\[.*)?",
    r"liberationsans-regular",
    r"arialuni(code)?",
    r"arial",
    r"(segoeui|seguisym|nirmala|leelawui|ebrima)",
    r"(helvetica|geneva)",
    r"(pingfang|applesdgothicneo|hiragino.*w3|ヒラギノ.*w3|applesymbols)",
    r"(msgothic|yugothm|msyh|msjh|malgun|simsun|gulim)",
    r"(sourcehansans|droidsansfallback|wqy|freesans|unifont|symbola).*",
)
_NO_CHARACTER = "\U0010ffff"


@lru_cache(maxsize=1)
def own() -> Path:
    """The typeface that comes with the package: Latin, Greek, Cyrillic, Hebrew, and signs."""
    import fontpkg

    return Path(fontpkg.path("Arimo"))


@lru_cache(maxsize=64)
def font(typeface: Path, size: float, *, shaped: bool = True) -> ImageFont.FreeTypeFont:
    """A typeface in a size; unshaped, letter by letter, it is the same on every machine."""
    engine = None if shaped else ImageFont.Layout.BASIC
    # `truetype` would look for another file of that name where this one is damaged.
    return ImageFont.FreeTypeFont(typeface, size, layout_engine=engine)


def runs(text: str) -> Iterator[tuple[str, Path | None]]:
    """Text in pieces of one typeface each; None where no typeface has the characters.

    Marks go with the letter before them.
    """
    piece, of_piece = "", None
    for character in text:
        typeface = of_piece if piece and is_mark(character) else typeface_of(character)
        if piece and typeface != of_piece:
            yield piece, of_piece
            piece = ""
        piece, of_piece = piece + character, typeface
    if piece:
        yield piece, of_piece


def is_mark(character: str) -> bool:
    """Whether a character belongs to the one before: an accent, a vowel sign, a joiner."""
    category = unicodedata.category(character)
    return category.startswith("M") or category == "Cf"


@lru_cache(maxsize=1 << 16)
def typeface_of(character: str) -> Path | None:
    """The first typeface that has a character; None if none does."""
    if covers(own(), character):
        return own()
    return next((path for path in of_system() if covers(path, character)), None)


@lru_cache(maxsize=1 << 16)
def covers(typeface: Path, character: str) -> bool:
    """Whether a typeface draws a character otherwise than one that does not exist."""
    drawn, missing = (_shape(typeface, one) for one in (character, _NO_CHARACTER))
    return drawn != missing


def _shape(typeface: Path, character: str) -> tuple[tuple[int, int], bytes]:
    mask = font(typeface, 40.0, shaped=False).getmask(character)
    return mask.size, bytes(mask)


@lru_cache(maxsize=1)
def of_system() -> tuple[Path, ...]:
    """Typefaces of this machine that have much of Unicode, in the order in which they are tried."""
    found = []
    for folder in FOLDERS:
        for path in folder.rglob("*"):
            if path.suffix.lower() not in (".ttf", ".otf", ".ttc"):
                continue
            name = path.stem.lower().replace(" ", "")
            ranks = (at for at, known in enumerate(_KNOWN) if re.fullmatch(known, name))
            if (rank := next(ranks, None)) is not None and _opens(path):
                found.append((rank, path))
    return tuple(path for _, path in sorted(found))


def _opens(path: Path) -> bool:
    try:
        font(path, 40.0, shaped=False)
    except OSError:  # damaged, or of bitmaps in other sizes only
        return False
    return True
