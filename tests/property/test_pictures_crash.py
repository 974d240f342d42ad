"""A collection of pictures is whole whenever its writer is killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from random import Random

from trovato.library.pictures.storage import read_pictures

# Writes collections of 1, 2, 3 … pictures over each other, in all of which vectors hold the count.
_WRITER = """
import sys
from itertools import count
from pathlib import Path
import numpy as np
from trovato.core import Item
from trovato.library.pictures.storage import write_pictures

for number in count(1):
    items = [Item(f"{place:04d}", "picture", str(number)) for place in range(number)]
    vectors = np.full((number, 8), number, np.float32)
    space = {"space": np.full(3, number)}
    write_pictures(Path(sys.argv[1]), items, iter([vectors]), space, {"encoder": str(number)})
    print(number, flush=True)
"""


def test_killed_at_any_moment(tmp_path: Path, kills: int) -> None:
    random = Random(0)
    folder = tmp_path / "collection"
    for _ in range(max(3, kills // 60)):
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(folder)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        acknowledged = 0
        for _ in range(random.randint(1, 12)):
            acknowledged = int(writer.stdout.readline())
        try:
            writer.wait(random.random() * 0.01)
        except subprocess.TimeoutExpired:
            writer.kill()
        writer.wait()
        acknowledged = max([acknowledged, *map(int, writer.stdout.read().split())])
        writer.stdout.close()
        stored = read_pictures(folder)
        count = len(stored.items)
        assert count in (acknowledged, acknowledged + 1)
        assert (stored.vectors == count).all()
        assert {item.text for item in stored.items} == {str(count)}
        assert stored.manifest["encoder"] == str(count)
        assert (stored.space["space"] == count).all()
        assert len(list(folder.iterdir())) <= 8
