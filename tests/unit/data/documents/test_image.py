from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from trovato.core import UnreadableFileError
from trovato.data import open_document


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP"])
def test_every_kind_is_one_page(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.bin"
    Image.new("RGB", (300, 200), "white").save(path, kind)
    with open_document(path) as document:
        assert (document.kind, document.page_count) == ("image", 1)
        assert document.page(1).layout.width / document.page(1).layout.height == 1.5
        assert document.render(1, 150).size == (150, 100)


def test_resolution_gives_the_size_in_points(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("L", (600, 300)).save(path, dpi=(300, 300))
    with open_document(path) as document:
        assert document.page(1).layout.width == pytest.approx(144, abs=0.1)
    Image.new("L", (600, 300)).save(path, dpi=(1, 1))
    with open_document(path) as document:
        assert document.page(1).layout.width == 600


def test_each_frame_of_a_tiff_is_a_page_and_of_a_gif_is_not(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (40, 30 + index), (index * 90,) * 3) for index in range(3)]
    for kind, count in (("TIFF", 3), ("GIF", 1)):
        path = tmp_path / kind
        frames[0].save(path, kind, save_all=True, append_images=frames[1:])
        with open_document(path) as document:
            assert document.page_count == count
            for number in range(count, 0, -1):
                assert document.render(number, 40).getpixel((5, 5)) == ((number - 1) * 90,) * 3
            with pytest.raises(UnreadableFileError, match=f"no page {count + 1}"):
                document.page(count + 1)


def test_a_picture_taken_sideways_is_set_upright(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (300, 200), "white").save(path, exif=exif)
    with open_document(path) as document:
        assert document.render(1, 300).size == (200, 300)
        assert document.page(1).layout.height == 300


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16"])
def test_every_mode_is_drawn(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "a.tif"
    Image.new(mode, (30, 20)).save(path)
    with open_document(path) as document:
        assert document.render(1, 30).mode == "RGB"


def test_what_is_transparent_is_paper(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("RGBA", (30, 20), (0, 0, 0, 0)).save(path)
    with open_document(path) as document:
        assert document.render(1, 30).getpixel((3, 3)) == (255, 255, 255)
