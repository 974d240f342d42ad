"""Whether strong, fair and weak mean something: questions with an answer there, and without.

python bench/match_bands.py FOLDER

FOLDER holds `paragraphs.en.jsonl` and `questions.en.jsonl` (XQuAD). Paragraphs of every second
article are indexed; questions about the others have no answer there. For each threshold: the share
of questions whose best hit reaches it. Even questions are for choosing, the table of the bands is
of odd ones.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

from trovato.core import Item
from trovato.library import Library
from trovato.web.views.match_band import band, match_strength

THRESHOLDS = (0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95)


def read(place: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in place.read_text("utf-8").splitlines()]


def main() -> None:
    """Index, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    paragraphs = read(folder / "paragraphs.en.jsonl")
    titles = sorted({one["title"] for one in paragraphs})
    kept = {one["id"] for one in paragraphs if titles.index(one["title"]) % 2 == 0}
    found: dict[tuple[int, str], list[tuple[float, str]]] = {}
    with tempfile.TemporaryDirectory() as place, Library.create(f"{place}/c") as library:
        library.add_items(
            Item(one["id"], "text", one["text"]) for one in paragraphs if one["id"] in kept
        )
        for number, question in enumerate(read(folder / "questions.en.jsonl")):
            best = library.search(question["question"], k=1)[0]
            kind = (
                "absent"
                if question["gold"] not in kept
                else ("right" if best.item.id == question["gold"] else "wrong page")
            )
            said = match_strength(best.evidence), band(best.evidence)
            found.setdefault((number % 2, kind), []).append(said)
    print(f"{len(kept)} of {len(paragraphs)} paragraphs indexed")
    kinds = ("right", "wrong page", "absent")
    print("even questions:", *(f"{kind} {len(found[0, kind])}" for kind in kinds))
    for least in THRESHOLDS:
        shares = [float(np.mean([one >= least for one, _ in found[0, kind]])) for kind in kinds]
        print(f"  >= {least:.2f}", *(f"{share:6.3f}" for share in shares))
    print("odd questions:", *(f"{kind} {len(found[1, kind])}" for kind in kinds))
    for name in ("strong", "fair", "weak"):
        counts = [Counter(said for _, said in found[1, kind])[name] for kind in kinds]
        shares = [count / len(found[1, kind]) for count, kind in zip(counts, kinds, strict=True)]
        print(f"  {name:6s}", *(f"{share:6.3f}" for share in shares))


if __name__ == "__main__":
    main()
