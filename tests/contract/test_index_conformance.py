"""Our index keeps the laws of an index."""

from __future__ import annotations

from pathlib import Path

import pytest

from trovato.index import Collection
from trovato.testing.conformance.index import check_index
from trovato.testing.conformance.storage.store import MadeFile, make_file


@pytest.fixture(
    params=[
        "no centroids",
        "centroids",
        "centroids of before",
        "4bit",
        "fp16",
        "2bit/8d/pool2",
        "int8/5d",
        "binary/pool3",
    ]
)
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Several segments, some of whose items are gone, and many pages that tie."""
    collection = Collection.create(tmp_path / "made", fingerprint="made", dim=16)
    twin = make_file("twin", 0, 7, 16)
    with collection.writer(max_tokens=60) as writer:
        for number in range(12):
            make_file(f"reports/{number}.pdf", number % 4, 5, 16).write(writer)
        # The same pages under three names; the last id in order of rows comes first by name.
        for name in ("z/twin.pdf", "twin.pdf", "a/twin.pdf"):
            MadeFile(name, 0, twin.pages).write(writer)
        if request.param == "centroids of before":
            writer.train_centroids()
        for name in ("reports/3.pdf", "reports/8.pdf"):
            writer.remove(name)
        make_file("reports/5.pdf", 9, 6, 16).write(writer)
        draft = make_file("half.pdf", 1, 4, 16)
        staged = draft.stage(writer)
        staged.add(draft.pages[0].page, draft.pages[0].vectors, draft.pages[0].spans)
        if request.param == "centroids":
            assert writer.train_centroids() is not None
        if "centroids" not in request.param:
            done = writer.compress(request.param)
            # What is int8 becomes no finer, but what comes later is stored as asked for.
            assert done.kept if request.param == "fp16" else done.written
            make_file("late.pdf", 3, 6, 16).write(writer)
    return tmp_path / "made"


def test_collections_keep_the_laws_of_an_index(folder: Path) -> None:
    check_index(
        lambda: Collection.open(folder),
        questions=["bora", "what is the tulen and mix?", "tale page", "absent"],
        conditions={
            "path:reports/*": lambda item: item.id.startswith("reports/"),
            "year>=2001 year<2009": lambda item: 2001 <= int(item.attributes["year"]) < 2009,
            "drawn=1": lambda item: item.attributes["drawn"] == 1,
            'title:"OF TWIN"': lambda item: "of twin" in str(item.attributes["title"]),
            "year!=2000 page<=2": lambda item: (
                item.attributes["year"] != 2000 and item.id.endswith(("#1", "#2"))
            ),
            "kind:pdf": lambda item: False,
        },
    )
