"""A drawn picture of 64 × 32 as HEIC: red to the left, white to the right."""

from __future__ import annotations

import base64
import sys
from pathlib import Path

import pytest

from trovato.core import UnreadableFileError
from trovato.data import discover
from trovato.data.pictures import read_picture

HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAA"
    "AAAAAAAAAAAAACJpbG9jAAAAAERAAAEAAQAAAAABoQABAAAAAAAAAJUAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAA"
    "AAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34"
    "+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5"
    "uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAA"
    "AAAoY2xhcAAAAEAAAAABAAAAIAAAAAEAAAAAAAAAAv///+AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAA"
    "AAAAAAEAAQWBAgMFhAAAAJ1tZGF0AAAAkSgBrxOA+BDhp//7QKP/4BM8Pye9JiVb+gC7R9Qcv/xJPj8kpFrpoUmT"
    "+2myXKqOQSGYlkJrkBoFlvp/0iVBQ8CkAIHL/ctz0HQVqiRXMc0zH4FpDrAQXADOmFoLkRhBrjz0e1Vu9jHlNlHN"
    "qxd2S+icUNYg4zzPh16bB5TFi5J8Ggux6/NUliSNLsYYYp5P3T8="
)


@pytest.mark.needs("pi_heif")
def test_a_heic_picture_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.HEIC").write_bytes(HEIC)
    image = read_picture(tmp_path / "a.HEIC")
    assert image.size == (64, 32)
    assert image.getpixel((8, 16)) == (220, 30, 30)
    assert image.getpixel((56, 16)) == (255, 255, 255)
    assert [found.name for found in discover([tmp_path / "a.HEIC"])] == ["a.HEIC"]


def test_without_the_package_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pi_heif", None)
    (tmp_path / "a.heic").write_bytes(HEIC)
    with pytest.raises(UnreadableFileError, match=r"trovato\[images\]"):
        read_picture(tmp_path / "a.heic")
