"""Bytes of a text as characters, whichever encoding they are in."""

from __future__ import annotations

import codecs
import re
import unicodedata
from typing import NamedTuple

from trovato.core import UnreadableFileError

# Bytes from which an encoding is told.
SAMPLE = 1 << 18
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as that of UTF-16 does
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Those that people's files are in, the more usual first. Others, such as those of mainframes,
# fit many texts by chance.
_LEGACY = [
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"),
    *("iso8859_2", "iso8859_5", "iso8859_7", "koi8_r", "koi8_u", "mac_roman", "mac_cyrillic"),
    *("cp437", "cp737", "cp850", "cp852", "cp862", "cp866", "cp874"),
    *("cp932", "euc_jp", "iso2022_jp", "cp949", "gb18030", "big5"),
]
# Encodings of the web; Python knows others, which decode to what is no text.
_STATED = re.compile(
    rb"(?:<meta[^>]+charset=|<\?xml[^>]+encoding=)[\"']?"
    rb"(windows-\d+|iso-[\w-]+|koi8-\w|gb\w+|big5|euc-\w+|shift_jis|utf-8)\b",
    re.IGNORECASE,
)
# Twenty letters of Hebrew in DOS; in Russian they would be capitals, and never the last five.
_ONLY_HEBREW = re.compile(rb"[\x00-\x7f]*(?:[\x80-\x9a][\x00-\x7f]*){20,}")
_ODD = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\ufffd]")
_CONTROL = re.compile(rb"[\x01-\x08\x0b\x0e-\x1f\x7f]")
_NO_TEXT = "is not text, and no known type of document"


class Encoding(NamedTuple):
    """An encoding by Python's name for it, and whether it was guessed: neither marked nor sure."""

    name: str
    guessed: bool


def detect(raw: bytes) -> Encoding:
    """The encoding of a text.

    In this order: the byte order mark; UTF-32 and UTF-16 by where their zero bytes stand; UTF-8,
    also where a few bytes are damaged; what the text says of itself; the guess of
    charset-normalizer among the encodings that people's files are in.

    Parameters
    ----------
    raw
        The text, or its first `SAMPLE` bytes.

    Raises
    ------
    UnreadableFileError
        If it is no text.
    """
    for mark, name in _BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            return Encoding(name, guessed=False)
    if b"\0" in raw and not _has_stray_zeros(raw):
        return Encoding(_by_zero_bytes(raw), guessed=True)
    if b"\x1b$" in raw and b"\x1b(" in raw and raw.isascii():
        return Encoding("iso2022_jp", guessed=True)
    if (utf8 := _is_utf8(raw)) is not None:
        return Encoding("utf-8", guessed=not utf8)
    if stated := _STATED.search(raw[:2048]):
        name = stated[1].decode()
        if _known(name) and raw.decode(name, "replace").count("\ufffd") <= len(raw) / 100:
            return Encoding(name, guessed=False)
    from charset_normalizer import from_bytes  # most texts are UTF-8

    found = from_bytes(raw[:SAMPLE], cp_isolation=_LEGACY)
    # A short text may fit several equally well.
    fits = [
        one for one in found if (one.chaos, one.coherence) == (found[0].chaos, found[0].coherence)
    ]
    names = sorted((one.encoding for one in fits), key=_LEGACY.index)
    if names[:1] == ["cp866"] and _ONLY_HEBREW.fullmatch(raw):
        names = ["cp862"]
    return Encoding(names[0] if names else "cp1252", guessed=True)


def decode(raw: bytes) -> tuple[str, Encoding]:
    """A text, and the encoding it was in; each byte that does not fit is one U+FFFD.

    Raises
    ------
    UnreadableFileError
        If it is no text.
    """
    encoding = detect(raw)
    return printable(raw.decode(encoding.name, "replace")), encoding


def printable(text: str) -> str:
    """Line ends of one kind, no control characters.

    Raises
    ------
    UnreadableFileError
        If more than a tenth of it are control characters or replacements.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    odd = sum(1 for _ in _ODD.finditer(text))
    if odd > len(text) / 10:
        raise UnreadableFileError(_NO_TEXT)
    return re.sub(r"[\x00-\x08\x0b\x0e-\x1f\x7f]", " ", text) if odd else text


def _has_stray_zeros(raw: bytes) -> bool:
    """Whether a few zero bytes lie between letters of ASCII, which no text of two bytes has."""
    few = raw.count(0) <= len(raw) / 10
    return few and raw.isascii() and _CONTROL.search(raw) is None


def _by_zero_bytes(raw: bytes) -> str:
    """UTF-32 or UTF-16 without a mark: the one that gives characters that are in use."""
    sample = raw[: SAMPLE // 4]
    zeros = [sample[at::2].count(0) for at in (0, 1)]
    order = ("le", "be") if zeros[1] > zeros[0] else ("be", "le")
    for width in (32, 16):
        whole = sample[: len(sample) // (width // 8) * (width // 8)]
        for end in order:
            name = f"utf-{width}-{end}"
            text = whole.decode(name, "replace")
            used = sum(unicodedata.category(one)[0] in "LMNPSZ" or one in "\t\n\r" for one in text)
            if text and used - text.count("\ufffd") >= 0.95 * len(text):
                return name
    raise UnreadableFileError(_NO_TEXT)


def _is_utf8(raw: bytes) -> bool | None:
    """True for valid UTF-8, False for damaged, None for what is something else."""
    # A sample may end within a character.
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(raw)
    broken = text.count("\ufffd") - raw.count("\ufffd".encode())
    if not broken:
        return True
    whole = len(text) - broken - sum(map(str.isascii, text))
    return False if whole >= 9 * broken else None


def _known(name: str) -> bool:
    try:
        codecs.lookup(name)
    except LookupError:
        return False
    return True
