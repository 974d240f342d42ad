"""A collection of many short texts through its whole life, with what each step costs.

    python bench/large_collection.py [--texts 100000] [--work FOLDER] [--keep] [--resume]

Texts of 25 to 65 words are drawn by Zipf's law from 60,000 words in a stream, so that the bench
holds none of them; words are three syllables, since one with a digit would be a part number. A
word's vector is its direction near one of 2,048 concepts, and a little noise. Drawing and encoding
are not counted. Building, searching, and changing each run in a process of their own; memory is the
largest anonymous resident memory, without mapped files. "Cold" is a new process: the system may
still hold the files. While it builds, it says how far it is: texts, CPU seconds, anonymous MB.
With `--resume` it goes on with what a run that was killed has kept.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from end_to_end import spent, split
from index_scale import AnonymousMemory
from trovato.core import Item, TokenVectors, generator
from trovato.library import Library, Progress

WORDS, CONCEPTS, DIM, BLOCK, QUESTIONS, K = 60_000, 2_048, 128, 1_000, 40, 10
TOLD = 10_000
COMMON = 100  # words that no question has
NOISE = 1 << 12  # drawn vectors of noise, of which each text has some in a row
_WORD = re.compile(r"\S+")
_SYLLABLES = [first + second for first in "bcdfghjklmnpqrstvwxz" for second in "aeiou"]
SPELLED = [
    "".join(_SYLLABLES[place // step % 100] for step in (1, 100, 10_000))
    for place in (np.arange(WORDS) * 7_919 % 1_000_000).tolist()
]


class DrawnWords:
    """A `trovato.core.Encoder` of the words in `SPELLED`."""

    dim, fingerprint, unrelated = DIM, "drawn words", -1.0

    def __init__(self) -> None:
        random = generator(0, "directions")
        concepts = random.standard_normal((CONCEPTS, DIM), dtype=np.float32)
        own = random.standard_normal((WORDS, DIM), dtype=np.float32)
        self._directions = concepts[random.integers(0, CONCEPTS, WORDS)] + 0.65 * own
        self._noise = 0.5 * random.standard_normal((NOISE, DIM), dtype=np.float32)
        self._numbers = {word: number for number, word in enumerate(SPELLED)}
        self.spent = 0.0

    def encode(self, texts: Iterable[str]) -> Iterator[TokenVectors]:
        """One vector per word."""
        return map(self.encode_query, texts)

    def encode_query(self, text: str) -> TokenVectors:
        """One vector per word."""
        began = time.process_time()
        spans = np.array([word.span() for word in _WORD.finditer(text)], np.int32).reshape(-1, 2)
        words = np.array([self._numbers.get(word, 0) for word in text.split()], np.int64)
        first = int(words.sum()) % (NOISE - len(words))
        values = self._directions[words] + self._noise[first : first + len(words)]
        values /= np.sqrt(np.einsum("td,td->t", values, values))[:, None]
        self.spent += time.process_time() - began
        return TokenVectors(values, spans)


def block(number: int) -> list[np.ndarray]:
    """The words of a block of texts."""
    random = generator(number, "texts")
    share = np.cumsum(1 / np.arange(1, WORDS + 1))
    lengths = random.integers(25, 66, BLOCK)
    words = np.searchsorted(share / share[-1], random.random(int(lengths.sum())))
    return np.split(words, np.cumsum(lengths)[:-1])


def items(count: int, first: int = 0) -> Iterator[Item]:
    """Texts, from one number to before another."""
    words: list[np.ndarray] = []
    for number in range(first, count):
        if not words or number % BLOCK == 0:
            words = block(number // BLOCK)
        said = " ".join([SPELLED[word] for word in words[number % BLOCK].tolist()])
        yield Item(f"text {number}", "text", said)


def questions(count: int, asked_for: int = QUESTIONS) -> list[str]:
    """Eight rarer words of some of the texts."""
    asked = []
    for number in range(asked_for):
        random = generator(number, "questions")
        words = block(int(random.integers(0, max(1, count // BLOCK))))[int(random.integers(BLOCK))]
        rare = random.permutation(words[words > COMMON])[:8]
        asked.append(" ".join(SPELLED[word] for word in rare))
    return asked


def tell(number: int, what: str, encoder: DrawnWords) -> None:
    """Say how far it is, in CPU seconds beside encoding, and anonymous MB."""
    status = Path("/proc/self/status").read_text()
    held = int(status.split("RssAnon:")[1].split()[0]) / 1000
    took = time.process_time() - encoder.spent
    print(f"{number} {what} | {took:.0f} s | {held:.0f} MB", file=sys.stderr, flush=True)


def misspelt(question: str) -> str:
    """With a letter of the first word wrong."""
    return f"{question[:3]}y{question[4:]}"


def megabytes(folder: Path) -> dict[str, float]:
    """Sizes on the disk, by kind of file."""
    sizes: dict[str, float] = {}
    for path in folder.rglob("*"):
        if path.is_file():
            kind = path.suffix.lstrip(".") or path.name
            sizes[kind] = sizes.get(kind, 0.0) + path.stat().st_size / 1e6
    return {f"{kind} MB": round(size, 1) for kind, size in sorted(sizes.items()) if size >= 0.05}


def build(folder: Path, count: int) -> dict[str, float]:
    """Add all texts that are not there."""
    encoder, drawn = DrawnWords(), time.process_time()
    for _ in items(min(count, 10 * BLOCK)):
        pass
    each = (time.process_time() - drawn) / min(count, 10 * BLOCK)
    last = [""]

    def after(now: Progress) -> None:
        if now.file != last[0] and not now.file.startswith("text "):
            last[0] = now.file
            tell(now.pages, f"texts, then {now.file}", encoder)

    def told(texts: Iterator[Item]) -> Iterator[Item]:
        for number, one in enumerate(texts):
            if number % TOLD == 0:
                tell(number, "texts", encoder)
            yield one

    wall = time.perf_counter()
    with (
        AnonymousMemory() as memory,
        Library.create(folder, encoder=encoder, exist_ok=True) as library,
    ):
        there, start = len(library), time.process_time()
        report = library.add_items(told(items(count, there)), progress=after)
        took = time.process_time() - start - encoder.spent - each * (count - there)
    return {
        "tokens": report.tokens,
        "build CPU s": round(took, 1),
        "build wall s": round(time.perf_counter() - wall, 1),
        "build peak MB": round(memory.peak),
        **megabytes(folder),
    }


def search(folder: Path, count: int) -> dict[str, float]:
    """Open it, ask once, then ask more."""
    encoder, asked = DrawnWords(), questions(count)
    found: dict[str, float] = {}
    with AnonymousMemory() as memory:
        start = time.process_time()
        library = Library.open(folder, encoder=encoder)
        found["open CPU ms"] = (time.process_time() - start) * 1e3

        def ask(question: str) -> None:
            library.search(question, K)

        found["first search CPU ms"] = spent(ask, asked[0])
        wrong = [spent(ask, misspelt(question)) for question in asked]
        found["misspelt p50 CPU ms"] = float(np.percentile(wrong, 50))
        found["misspelt p95 CPU ms"] = float(np.percentile(wrong, 95))
        times = [spent(ask, question) for question in asked]
        for share in (50, 95):
            found[f"search p{share} CPU ms"] = float(np.percentile(times, share))
        for part, spans in split(library, ask, asked).items():
            found[f"{part} p50"] = float(np.percentile(spans, 50))
        library.close()
    return {name: round(value, 1) for name, value in found.items()} | {
        "search peak MB": round(memory.peak)
    }


def change(folder: Path, count: int) -> dict[str, float]:
    """Add one text, three times; remove 30 of 100; compact."""
    found: dict[str, float] = {}
    with AnonymousMemory() as memory, Library.open(folder, encoder=DrawnWords()) as library:
        added = [
            spent(lambda number: library.add_items(items(number + 1, number)), count + number)
            for number in range(3)
        ]
        found["add one CPU ms"] = float(np.median(added))
        gone = (f"text {number}" for number in range(count) if number % 10 < 3)
        removed = []
        found["remove CPU s"] = spent(lambda: removed.extend(library.remove(gone))) / 1e3
        with library.collection.writer() as writer:
            found["compact CPU s"] = spent(writer.compact) / 1e3
        assert len(library) == count + 3 - len(removed)
    after = {f"after: {kind}": size for kind, size in megabytes(folder).items()}
    return {name: round(value, 1) for name, value in found.items()} | {
        "change peak MB": round(memory.peak),
        **after,
    }


STEPS: dict[str, Callable[[Path, int], dict[str, float]]] = {
    "build": build,
    "search": search,
    "change": change,
}


def main() -> None:
    """Run each step in a process of its own, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--texts", type=int, default=100_000)
    parser.add_argument("--work", type=Path, default=Path("build/bench/large"))
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--resume", action="store_true")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    folder = options.work / f"{options.texts}.trovato"
    if options.step:
        print(json.dumps(STEPS[options.step](folder, options.texts)))
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    if not options.resume:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{options.texts} texts")
    for step in STEPS:
        command = [sys.executable, __file__, "--texts", str(options.texts), "--step", step]
        command += ["--work", str(options.work)]
        told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        for name, value in json.loads(told.splitlines()[-1]).items():
            print(f"{name} | {value}", flush=True)
    if not options.keep:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
