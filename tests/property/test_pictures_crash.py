"""Indexing pictures that is killed at random moments goes on to what an unbroken run gives."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import numpy as np
import pytest

from trovato.core import generator
from trovato.index import verify
from trovato.library import Library, PictureLibrary, index_pictures
from trovato.testing import SceneSpace, WordEncoder, save_scenes

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def index(folder: Path, place: Path) -> None:
    with Library.create(place, encoder=WordEncoder(), exist_ok=True) as library:
        index_pictures(
            library.collection,
            library.encoder,
            [folder],
            captions=folder / "captions.csv",
            space=SceneSpace(),
            cache=place.with_suffix(".sqlite"),
        )


def contents(place: Path) -> list[tuple[str, str, bytes]]:
    with PictureLibrary(place, SceneSpace()) as pictures:
        reader = pictures.reader
        return sorted(
            (item.id, item.text, reader.vectors_of(row, field="image").astype(np.float16).tobytes())
            for row in reader.rows()
            for item in [reader.item(row)]
        )


def test_every_kill_is_survived(tmp_path: Path, kills: int) -> None:
    save_scenes(tmp_path / "files", ["white"])
    started = time.perf_counter()
    index(tmp_path / "files", tmp_path / "whole")
    usual = time.perf_counter() - started
    expected = contents(tmp_path / "whole")
    assert len(expected) == 36

    draw, killed = generator(7, "kills"), 0
    for attempt in range(max(3, kills // 60)):
        place = tmp_path / f"killed-{attempt}"
        for _ in range(2):  # the second may fall where the first run goes on
            child = os.fork()
            if not child:
                try:
                    index(tmp_path / "files", place)
                finally:
                    os._exit(0)
            time.sleep(float(draw.uniform(0.1, 1)) * usual)
            os.kill(child, signal.SIGKILL)
            killed += os.WIFSIGNALED(os.waitpid(child, 0)[1])
        index(tmp_path / "files", place)
        assert contents(place) == expected
        assert not verify(place)
    assert killed, "no run was killed before its end: nothing was tested"
