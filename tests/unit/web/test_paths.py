"""A search along links shows how it came to what it found."""

from __future__ import annotations

import re
from pathlib import Path

from starlette.testclient import TestClient

from trovato.core import Item, Link
from trovato.library import Library
from trovato.testing import WordEncoder
from trovato.web import build_app


def test_the_path_to_a_hit_is_a_list(tmp_path: Path) -> None:
    fair, town = "The fair is held in Lund every spring.", "Lund has a mayor who founded a choir."
    items = [
        Item("fair", "text", fair, links=(Link("lund", "Lund", (20, 24)),)),
        Item("lund", "text", town),
        Item("pears", "text", "Pears ripen in autumn."),
    ]
    with Library.create(tmp_path / "c", encoder=WordEncoder()) as library:
        library.add_items(items)
        client = TestClient(build_app(library), base_url="http://127.0.0.1")
        asked = {"q": "Which choir did the mayor of the town of the fair found?", "mode": "hops"}
        page = client.get("/c/collection/search", params=asked)
        assert page.status_code == 200
        path = page.text.partition('<ol class="path">')[2].partition("</ol>")[0]
        steps = re.findall(r"<li>(.*?)</li>", path, re.DOTALL)
        assert len(steps) == 2
        assert "by the link “Lund”" in steps[1]
        drawing = page.text.partition('<p class="drawing" aria-hidden="true">')[2]
        drawing = drawing.partition("</p>")[0]
        plain = re.sub(r"</?bdi>", "", drawing)
        assert re.findall(r"<([bi])>(.*?)(?: \d\.\d\d)?</", plain) == [
            ("b", "fair"),
            ("i", "Lund"),
            ("b", "lund"),
        ]
        assert "href" not in drawing  # the keyboard goes along the list alone
        found = client.get("/api/v1/collections/collection/search", params=asked).json()
        assert [step["item"] for step in found["hits"][0]["evidence"]["steps"]] == ["fair", "lund"]
        opened = client.get("/c/collection/page", params={"id": "lund", **asked})
        assert town.split()[0] in opened.text
