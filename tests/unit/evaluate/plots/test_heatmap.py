"""The heat chart is a picture that says what it was given."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from PIL import ImageColor

from trovato.evaluate import heatmap
from trovato.testing import contrast

_SVG = "{http://www.w3.org/2000/svg}"


def fills(svg: str) -> list[str]:
    """Colours of the cells, row by row; "none" for one that is empty."""
    (mesh,) = (
        node for node in ElementTree.fromstring(svg).iter() if node.get("id") == "QuadMesh_1"
    )
    styles = (str(path.get("style")) for path in mesh.iter(f"{_SVG}path"))
    return [found[1] for style in styles if (found := re.search(r"fill: (\S+?);", style))]


def test_cells_are_coloured_and_labelled() -> None:
    drawn = heatmap(
        ["none", "a<b"],
        ["in-set near", "clean"],
        {("none", "clean"): 0.0, ("a<b", "clean"): 1.0},
        "ASR",
    )
    words = [node.text for node in ElementTree.fromstring(drawn).iter(f"{_SVG}text")]
    assert words.count("0.00") == words.count("1.00") == 1
    assert {"ASR", "none", "a<b", "in-set", "near", "clean"} <= set(words)
    assert fills(drawn) == ["none", "#f7f7f2", "none", "#c4501b"]


def test_every_number_can_be_read_on_its_colour() -> None:
    shares = [step / 20 for step in range(21)]
    columns = list(map(str, shares))
    drawn = heatmap(["none"], columns, {("none", str(share)): share for share in shares}, "ASR")
    colours = fills(drawn)
    assert len(colours) == len(shares)
    for colour in colours:
        assert contrast(ImageColor.getrgb(colour), (0, 0, 0)) >= 4.5, colour
