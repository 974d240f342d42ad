from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from PIL import Image

from trovato.core import InvalidInputError, UnreadableFileError
from trovato.data.pictures import Caption, read_captions, read_picture


def test_a_picture_is_upright_and_on_white(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    Image.new("RGB", (40, 20), "red").save(tmp_path / "turned.jpg", exif=exif)
    assert read_picture(tmp_path / "turned.jpg").size == (20, 40)
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    picture = read_picture(tmp_path / "clear.png")
    assert (picture.mode, picture.getpixel((0, 0))) == ("RGB", (255, 255, 255))


def test_the_first_frame_of_an_animation(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    assert read_picture(tmp_path / "a.gif").getpixel((0, 0)) == (255, 0, 0)


def test_what_is_no_picture(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="cannot be opened"):
        read_picture(tmp_path / "absent.png")
    (tmp_path / "a.png").write_text("text", "utf-8")
    with pytest.raises(UnreadableFileError, match="no picture of a known type"):
        read_picture(tmp_path / "a.png")


def test_captions_as_lines_an_array_and_a_table(tmp_path: Path) -> None:
    facts: dict[str, str | int | float] = {
        "tags": "shoe, new",
        "price": 12.5,
        "year": 2021,
        "code": "007",
    }
    wanted = {"a.png": Caption("red shoe, shoe, new", facts), "b.png": Caption("a hat")}
    of_shoe = {"price": 12.5, "year": 2021, "code": "007", "gone": "", "nested": {"a": 1}}
    records = [
        {"file": "a.png", "caption": "red shoe", "tags": ["shoe", "new"], **of_shoe},
        {"file_name": "b.png", "label": "a hat", "price": math.nan},
    ]
    lines, array, table = (tmp_path / f"c.{end}" for end in ("jsonl", "json", "csv"))
    lines.write_text("\n".join(map(json.dumps, records)), "utf-8")
    array.write_text(json.dumps(records), "utf-8")
    table.write_text(
        'file,caption,tags,price,year,code\na.png,red shoe,"shoe, new",12.5,2021,007\n'
        "b.png,a hat,,,,\n",
        "utf-8",
    )
    assert read_captions(lines) == read_captions(array) == read_captions(table) == wanted


@pytest.mark.parametrize(
    ("name", "text", "match"),
    [
        ("c.json", "{}", "array"),
        ("c.json", "[", "not JSON"),
        ("c.jsonl", '{"caption": "a"}', "record 1: wanted a file name"),
        ("c.jsonl", '{"file": "a", "caption": "x", "tags": [1]}', "record 1"),
        ("c.csv", "file,caption\na,b\na,c\n", "record 2: 'a' is there twice"),
    ],
)
def test_captions_that_cannot_be_used(tmp_path: Path, name: str, text: str, match: str) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(InvalidInputError, match=match):
        read_captions(tmp_path / name)


def test_captions_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="cannot be opened"):
        read_captions(tmp_path / "absent.csv")
    (tmp_path / "c.csv").write_bytes(b"file,caption\n\xff,\xff\n")
    with pytest.raises(UnreadableFileError, match="UTF-8"):
        read_captions(tmp_path / "c.csv")
