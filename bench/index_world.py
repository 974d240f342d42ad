"""Made-up collections that look like text to an index.

A collection is one endless stream of documents, the same from any start: its first 10,000
documents are `text10k`, its first 500,000 `text500k`. A word is a direction near one of a few
thousand concepts; a topic is a Zipfian list of words; a document takes one to three topics and
common words, and each of its tokens is its word's direction moved by the document's own context
and by noise. So centroids make sense and are not exact.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from trovato.core import generator

SEED = 7
BLOCK = 500  # documents that are made together
CONCEPTS_PER_WORD = 1 / 16
TOPIC_WORDS = 400
CONTEXT, NOISE = 0.25, 0.40  # lengths beside a word's direction of length 1


@dataclass(frozen=True)
class World:
    """A made-up collection without an end; `count` documents of it are a data set.

    Parameters
    ----------
    count
        Documents in the set.
    dim
        Components of a vector.
    shortest, longest
        Tokens of a document; between them lengths are log-normal around `typical`.
    common
        Share of tokens that are words of all topics, like those of a page's background.
    """

    count: int
    dim: int = 128
    typical: int = 110
    shortest: int = 16
    longest: int = 300
    common: float = 0.25
    words: int = 65_536
    topics: int = 2_000

    def documents(self) -> Iterator[tuple[int, np.ndarray]]:
        """Each document's number and its vectors `(tokens, dim)` in float16, streamed."""
        for start in range(0, self.count, BLOCK):
            words, lengths = self._block(start)
            vectors = self._embed(words, lengths, generator(SEED, f"noise {start}"))
            ends = np.cumsum(lengths)
            for place in range(min(BLOCK, self.count - start)):
                end = int(ends[place])
                yield start + place, vectors[end - int(lengths[place]) : end].astype(np.float16)

    def lengths(self) -> np.ndarray:
        """Tokens of each document, without its vectors."""
        parts = [self._block(start)[1] for start in range(0, self.count, BLOCK)]
        return np.concatenate(parts)[: self.count]

    def queries(self, count: int, tokens: int = 32) -> list[np.ndarray]:
        """Queries of noisy tokens of one document, some of its topic's words and common ones."""
        made = []
        for number in range(count):
            random = generator(SEED, f"query {number}")
            target = int(random.integers(self.count))
            words, lengths = self._block(target // BLOCK * BLOCK)
            end = int(np.cumsum(lengths)[target % BLOCK])
            own = words[end - int(lengths[target % BLOCK]) : end]
            own = own[~np.isin(own, self._common)]
            picked = random.integers(8, 20) if len(own) else 0
            topic = self._topics[int(random.integers(self.topics))]
            chosen = [
                random.choice(own, picked) if picked else own,
                random.choice(topic, 4),
                self._common_words(tokens - int(picked) - 4, random),
            ]
            # No context: a question does not share the document's own.
            word = self._directions[np.concatenate(chosen)]
            made.append(_unit(word + NOISE * _directions(tokens, self.dim, random)))
        return made

    def _block(self, start: int) -> tuple[np.ndarray, np.ndarray]:
        """Word of each token, and tokens of each document, for the block that starts here."""
        random = generator(SEED, f"words {start}")
        spread = np.exp(np.log(self.typical) + 0.45 * random.standard_normal(BLOCK))
        lengths = np.clip(spread, self.shortest, self.longest).astype(np.int64)
        total = int(lengths.sum())
        topics = random.choice(self.topics, (BLOCK, 3), p=_zipf(self.topics, 0.5))
        mixed = random.integers(0, 3, BLOCK)  # 1, 2 or 3 topics
        slot = random.integers(0, 6, total) % (1 + np.repeat(mixed, lengths))
        topic = topics[np.repeat(np.arange(BLOCK), lengths), slot]
        rank = random.choice(TOPIC_WORDS, total, p=_zipf(TOPIC_WORDS, 0.8))
        words = self._topics[topic, rank]
        common = random.random(total) < self.common
        words[common] = self._common_words(int(common.sum()), random)
        return words, lengths

    def _common_words(self, count: int, random: np.random.Generator) -> np.ndarray:
        return random.choice(self._common, count, p=_zipf(len(self._common), 1.0))

    def _embed(
        self, words: np.ndarray, lengths: np.ndarray, random: np.random.Generator
    ) -> np.ndarray:
        vectors = self._directions[words]
        context = CONTEXT * _directions(len(lengths), self.dim, random)
        vectors += np.repeat(context, lengths, axis=0)
        vectors += NOISE * _directions(len(words), self.dim, random)
        return _unit(vectors)

    @cached_property
    def _directions(self) -> np.ndarray:
        random = generator(SEED, f"words {self.dim}")
        concepts = _directions(int(self.words * CONCEPTS_PER_WORD), self.dim, random)
        sense = _directions(self.words, self.dim, random)
        return _unit(concepts[random.integers(0, len(concepts), self.words)] + 0.65 * sense)

    @cached_property
    def _topics(self) -> np.ndarray:
        random = generator(SEED, "topics")
        # Frequent words are in many topics, as in a language.
        draws = random.choice(self.words, (self.topics, TOPIC_WORDS), p=_zipf(self.words, 0.6))
        return np.asarray(draws)

    @cached_property
    def _common(self) -> np.ndarray:
        return np.asarray(generator(SEED, "common words").choice(self.words, 64, replace=False))


WORLDS = {
    "tiny": World(300, typical=30, longest=60, words=4_096, topics=40),
    "text10k": World(10_000),
    "text50k": World(50_000),
    "page3k": World(3_000, typical=770, shortest=700, longest=1_030, common=0.45),
    "wide": World(300, 2_560, 770, 700, 1_030, 0.45, words=8_192, topics=100),
    "text500k": World(500_000),
}


def _directions(count: int, dim: int, random: np.random.Generator) -> np.ndarray:
    return _unit(random.standard_normal((count, dim), dtype=np.float32))


def _unit(values: np.ndarray) -> np.ndarray:
    return np.asarray(values / np.linalg.norm(values, axis=1, keepdims=True), np.float32)


def _zipf(count: int, exponent: float) -> np.ndarray:
    weights = 1.0 / np.arange(1, count + 1) ** exponent
    return np.asarray(weights / weights.sum())
