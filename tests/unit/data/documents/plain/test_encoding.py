"""Texts in the encodings that people's files are in."""

# ruff: noqa: RUF001 (letters of other scripts)

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trovato.core import UnreadableFileError
from trovato.data import open_document

GERMAN = "Die Schlüssel für das große Tor hängen über der Tür. Bitte nach der Übung zurückgeben."
POLISH = (
    "Klucze wiszą obok drzwi. Proszę oddać je wieczorem strażnikowi, który później zamyka bramę."
)
GREEK = "Τα κλειδιά κρέμονται δίπλα στην πόρτα. Επιστρέψτε τα το βράδυ στον φύλακα του κτιρίου."
RUSSIAN = "Ключи висят рядом с дверью. Верните их вечером сторожу, который закрывает ворота."
JAPANESE = "鍵は扉のそばに掛かっています。夕方には警備員に返してください。門は八時に閉まります。"
CHINESE = "钥匙挂在门旁边。请在晚上还给门卫，大门八点关闭。周末请联系值班人员领取备用钥匙。"
HEBREW = "המפתחות תלויים ליד הדלת. נא להחזיר אותם בערב לשומר הבניין."
TAIWANESE = "鑰匙掛在門旁邊。請在晚上還給警衛，大門八點關閉。週末請聯絡值班人員領取備用鑰匙。"
KOREAN = "열쇠는 문 옆에 걸려 있습니다. 저녁에 경비원에게 돌려주세요. 문은 여덟 시에 닫힙니다."


def _read(tmp_path: Path, raw: bytes, name: str = "a.txt") -> tuple[str, object]:
    path = tmp_path / name
    path.write_bytes(raw)
    with open_document(path) as document:
        return document.page(1).text, document.attributes.get("encoding")


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((GERMAN, name) for name in ("cp1252", "cp437", "cp850", "mac_roman")),
        *((POLISH, name) for name in ("cp1250", "iso8859_2")),
        *((GREEK, name) for name in ("cp1253",)),
        *((RUSSIAN, name) for name in ("cp1251", "koi8_r", "cp866")),
        *((JAPANESE, name) for name in ("shift_jis", "iso2022_jp")),
        *((CHINESE, name) for name in ("gb2312", "gbk", "gb18030")),
        (GREEK, "cp737"),
        (HEBREW, "cp862"),
        (TAIWANESE, "big5"),
        (KOREAN, "euc_kr"),
        *((GERMAN, name) for name in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")),
        *((RUSSIAN, name) for name in ("utf-16-le", "utf-16-be")),
    ],
)
def test_unmarked_encodings_are_guessed_and_the_guess_is_told(
    tmp_path: Path, text: str, encoding: str
) -> None:
    said, told = _read(tmp_path, text.encode(encoding))
    assert said == text
    assert told is not None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_what_is_marked_is_no_guess(tmp_path: Path, encoding: str) -> None:
    assert _read(tmp_path, (CHINESE + GERMAN).encode(encoding)) == (CHINESE + GERMAN, None)


@pytest.mark.parametrize("bad", [b"\xff", b"\x93", b"\xe4\xbe"])
def test_damaged_bytes_of_utf8_are_one_replacement_each(tmp_path: Path, bad: bytes) -> None:
    said, told = _read(tmp_path, CHINESE.encode() + bad + CHINESE.encode())
    assert said == f"{CHINESE}\ufffd{CHINESE}"
    assert told == "utf-8"


def test_an_encoding_that_is_stated_wrongly_is_not_believed(tmp_path: Path) -> None:
    page = f"<html><meta charset='euc-kr'><body><p>{GERMAN}</p></body></html>".encode("cp1252")
    assert _read(tmp_path, page, "a.html")[0] == GERMAN


@given(st.binary(min_size=1, max_size=400))
def test_any_bytes_are_a_text_or_one_error(raw: bytes) -> None:
    from trovato.data.documents.plain.encoding import decode

    try:
        text, encoding = decode(raw)
    except UnreadableFileError:
        return
    text.encode()
    assert encoding.name


def test_zero_bytes_of_a_program_are_no_utf16(tmp_path: Path) -> None:
    program = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x03\0>\0\x01\0\0\0\x40\x8b\x92\0\xfe\xa1" * 40
    with pytest.raises(UnreadableFileError, match="not text"):
        _read(tmp_path, program)


def test_a_few_zero_bytes_between_letters_are_no_second_half_of_them(tmp_path: Path) -> None:
    text, encoding = _read(tmp_path, b"before\0after the storm")
    assert (text, encoding) == ("before after the storm", None)
