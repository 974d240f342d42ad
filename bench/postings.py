"""Ranking by postings alone: how long the best 1,000 take among 100,000 and 1,000,000 short texts.

    python bench/postings.py [--texts 100000 1000000]

Texts are 45 words drawn by Zipf's law from 60,000, 100,000 texts to a segment; a question has 8
words of one of them that are beyond the 100 commonest. No text is stored and no question read: this
is the part that takes the place of FTS5's scoring. Processor milliseconds of one thread, beside the
same with no document ever skipped (a `k` of all texts, so that nothing is left out).
"""

from __future__ import annotations

import argparse
import time

import numpy as np

from trovato.core import generator
from trovato.index.store.words.item_columns import ItemColumns
from trovato.index.store.words.merging import CountedTerms, invert
from trovato.index.store.words.word_segment import WordSegment
from trovato.ops import Bm25Settings, top_postings

SEGMENT, WORDS, LENGTH, QUESTIONS, K = 100_000, 60_000, 45, 40, 1000


def made(number: int) -> tuple[WordSegment, np.ndarray]:
    """A segment, and the words of its texts."""
    share = np.cumsum(1 / np.arange(1, WORDS + 1))
    drawn = generator(number, "postings").random((SEGMENT, LENGTH))
    words = np.searchsorted(share / share[-1], drawn)
    documents = np.repeat(np.arange(SEGMENT, dtype=np.uint64), LENGTH)
    keys, counts = np.unique(
        documents << np.uint64(32) | words.ravel().astype(np.uint64), return_counts=True
    )
    items = range(number * SEGMENT, (number + 1) * SEGMENT)
    counted = CountedTerms(
        ItemColumns.of(items, items, [""] * SEGMENT),
        np.full(SEGMENT, LENGTH, np.uint32),
        (keys >> np.uint64(32)).astype(np.uint32),
        keys & np.uint64(0xFFFFFFFF),
        counts.astype(np.uint32),
    )
    return invert(counted), words


def best(segments: list[WordSegment], terms: np.ndarray, k: int) -> None:
    """Rank, as a search does."""
    places = [segment.places_of(terms) for segment in segments]
    counts = sum(
        np.where(at < 0, 0, segment.lists.starts[at + 1] - segment.lists.starts[at])
        for segment, at in zip(segments, places, strict=True)
    )
    total = len(segments) * SEGMENT
    idf = np.log((total - counts + 0.5) / (counts + 0.5))
    settings, floor, reached = Bm25Settings((1.0, 0.5, 2.0), LENGTH), 0, np.zeros(0, np.int64)
    for segment, at in zip(segments, places, strict=True):
        there = at >= 0
        _, scores = top_postings(segment.lists, at[there], idf[there], settings, k, floor=floor)
        reached = np.concatenate([reached, scores])
        if len(reached) >= k:
            floor = int(np.partition(reached, len(reached) - k)[len(reached) - k])


def main() -> None:
    """Draw, rank, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--texts", type=int, nargs="+", default=[100_000, 1_000_000])
    options = parser.parse_args()
    print("texts | build CPU s | k | p50 ms | p95 | postings of a question")
    for texts in options.texts:
        began = time.process_time()
        segments, words = [], np.zeros((0, LENGTH), np.int64)
        for number in range(texts // SEGMENT):
            segment, words = made(number)
            segments.append(segment)
        spent = time.process_time() - began
        random = generator(0, "questions")
        asked = [
            random.permutation(text[text > 100])[:8].astype(np.uint64)
            for text in words[random.integers(0, SEGMENT, QUESTIONS)]
        ]
        held = np.median(
            [
                sum(
                    int(np.diff(segment.lists.starts)[segment.places_of(terms)].sum())
                    for segment in segments
                )
                for terms in asked
            ]
        )
        for k in (10, K, texts):
            times = []
            for terms in asked:
                start = time.process_time()
                best(segments, terms, k)
                times.append((time.process_time() - start) * 1e3)
            quantiles = " | ".join(f"{np.percentile(times, share):.2f}" for share in (50, 95))
            print(f"{texts} | {spent:.0f} | {k} | {quantiles} | {held:.0f}", flush=True)


if __name__ == "__main__":
    main()
