"""Memory while indexing follows the batch, not the corpus."""

import os
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from trovato.core import Item, generator
from trovato.library import Library
from trovato.testing import WordEncoder

STATUS = Path("/proc/self/status")
pytestmark = pytest.mark.skipif(not STATUS.exists(), reason="needs /proc, as Linux has it")

WORDS = [f"word{number}" for number in range(500)]


def items(count: int) -> Iterator[Item]:
    """Texts of 1,000 words: 0.26 MB of vectors each at 256 dimensions."""
    for number in range(count):
        chosen = generator(number, "text").integers(len(WORDS), size=1000)
        yield Item(f"{number:05d}", "text", " ".join(WORDS[word] for word in chosen))


class Peak:
    """The largest anonymous memory of this process, in megabytes; mapped files do not count."""

    def __init__(self) -> None:
        self.megabytes = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def stop(self) -> float:
        self._done.set()
        self._thread.join()
        return self.megabytes

    def _watch(self) -> None:
        while not self._done.wait(0.02):
            for line in STATUS.read_text().splitlines():
                if line.startswith("RssAnon:"):
                    self.megabytes = max(self.megabytes, int(line.split()[1]) / 1024)


def growth(place: Path, count: int) -> float:
    """Megabytes by which the peak of a fresh process grows while it indexes so many texts."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        try:
            with Library.create(place, encoder=WordEncoder(256)) as library:
                library.collection.writer = partial(  # type: ignore[method-assign]
                    library.collection.writer, max_tokens=1 << 14
                )
                peak = Peak()
                library.add_items(items(20))
                before = peak.stop()
                peak = Peak()
                library.add_items(items(count))
                after = peak.stop()
            os.write(write, str(after - before).encode())
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    return float(os.read(read, 64))


@pytest.mark.slow
def test_ten_times_the_corpus_needs_no_more_memory(tmp_path: Path) -> None:
    small = growth(tmp_path / "small", 40)
    large = growth(tmp_path / "large", 400)
    # All vectors of the large one would be 100 MB.
    assert large < small + 20, f"40 texts: {small:.0f} MB, 400 texts: {large:.0f} MB"
