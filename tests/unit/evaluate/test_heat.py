"""The heat chart is a picture that says what it was given."""

from __future__ import annotations

from xml.etree import ElementTree

from trovato.evaluate import heat_chart


def test_cells_are_coloured_and_labelled() -> None:
    text = heat_chart(
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
