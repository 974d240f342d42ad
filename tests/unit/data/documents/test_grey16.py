from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from trovato.data import open_document


@pytest.mark.parametrize("name", ["a.png", "a.tiff"])
def test_sixteen_bits_of_grey_are_scaled_not_cut_off(tmp_path: Path, name: str) -> None:
    shades = np.tile(np.linspace(0, 65535, 64).astype(np.uint16), (64, 1))
    Image.fromarray(shades).save(tmp_path / name)
    with open_document(tmp_path / name) as document:
        drawn = np.asarray(document.render(1, 64))[:, :, 0]
    assert np.abs(drawn.astype(float) - shades / 257).max() <= 1
