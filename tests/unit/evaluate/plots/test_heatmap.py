"""The heat chart is a picture that says what it was given."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

from PIL import ImageColor

from trovato.evaluate import heatmap
from trovato.testing import contrast


def test_cells_are_coloured_and_labelled() -> None:
    text = heatmap(
        ["none", "a<b"],
        ["in-set near", "clean"],
        {("none", "clean"): 0.0, ("a<b", "clean"): 1.0},
        "ASR",
    )
    root = ElementTree.fromstring(text)
    space = "{http://www.w3.org/2000/svg}"
    words = [node.text for node in root.iter(f"{space}text")]
    assert words.count("0.00") == words.count("1.00") == 1
    assert {"ASR", "none", "a<b", "in-set", "near", "clean"} <= set(words)
    fills = [node.get("fill") for node in root.iter(f"{space}rect")]
    assert fills == ["white", "#f7f7f2", "#c4501b"]


def test_every_number_can_be_read_on_its_colour() -> None:
    shares = [step / 20 for step in range(21)]
    text = heatmap(
        ["none"], list(map(str, shares)), {("none", str(share)): share for share in shares}, "ASR"
    )
    space = "{http://www.w3.org/2000/svg}"
    nodes = list(ElementTree.fromstring(text))
    cells = [(rect, number) for rect, number in pairwise(nodes) if rect.tag == f"{space}rect"][1:]
    assert len(cells) == len(shares)
    for rect, number in cells:
        ground, ink = rect.get("fill", ""), number.get("fill", "black")
        assert contrast(ImageColor.getrgb(ground), ImageColor.getrgb(ink)) >= 4.5, number.text
