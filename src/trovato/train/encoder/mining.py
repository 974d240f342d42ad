"""Hard negatives from a corpus, by a teacher: words, or an encoder's late interaction."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from trovato.core import Encoder, InvalidInputError, ProgressCallback, check_many, no_progress
from trovato.core.shapes import Float32
from trovato.ops import Bm25, NegativeRule, hard_negatives, maxsim
from trovato.train.encoder.pairs import TrainingPair

_WORD = re.compile(r"\w+")
# From a question to a score for each document of the corpus.
Teacher = Callable[[str], Float32[np.ndarray, " documents"]]


def bm25_teacher(corpus: Sequence[str]) -> Teacher:
    """Scores by BM25 over words."""
    check_many("corpus", corpus)
    index = Bm25(_WORD.findall(text.casefold()) for text in corpus)
    return lambda query: index.scores(_WORD.findall(query.casefold())).astype(np.float32)


def late_interaction_teacher(corpus: Sequence[str], encoder: Encoder) -> Teacher:
    """Scores by MaxSim over the number of query tokens; all vectors of the corpus are held."""
    check_many("corpus", corpus)
    vectors = [found.values for found in encoder.encode(corpus)]

    def scores(query: str) -> Float32[np.ndarray, " documents"]:
        asked = encoder.encode_query(query).values
        return maxsim(asked, vectors) / np.float32(max(len(asked), 1))

    return scores


def mine(
    pairs: Sequence[TrainingPair],
    corpus: Sequence[str],
    teacher: Teacher,
    top_k: int = 10,
    *,
    depth: int = 100,
    rule: NegativeRule = "perc_pos",
    bound: float = 0.95,
    progress: ProgressCallback = no_progress,
) -> list[TrainingPair]:
    """Give each question the hardest documents that are not too near to its answer.

    Source: Moreira et al., "NV-Retriever", 2024 (arXiv 2407.15831); see
    `trovato.ops.hard_negatives`.

    Parameters
    ----------
    pairs
        What they had as negatives goes.
    corpus
        Documents to choose from; each positive is among them.
    teacher
        Scores them.
    top_k
        Negatives for each question.
    depth
        Candidates that the teacher likes best, positives among them.
    rule, bound
        Which of them are too near.
    progress
        Told of questions.

    Raises
    ------
    InvalidInputError
        If a positive is not in the corpus.
    """
    check_many("pairs", pairs)
    check_many("corpus", corpus)
    places = {text: at for at, text in enumerate(corpus)}
    found = []
    for done, pair in enumerate(pairs):
        absent = [text for text in pair.positives if text not in places]
        if absent:
            raise InvalidInputError(f"the corpus lacks the positive {absent[0][:60]!r}")
        right = [places[text] for text in pair.positives]
        scores = teacher(pair.query)
        best = np.argsort(-scores, kind="stable")[:depth]
        some = np.unique(np.concatenate([best, right]))
        chosen = some[
            hard_negatives(scores[some], np.isin(some, right), top_k, rule=rule, bound=bound)
        ]
        found.append(
            replace(
                pair,
                negatives=tuple(corpus[int(one)] for one in chosen),
                scores=tuple(float(scores[int(one)]) for one in (right[0], *chosen)),
            )
        )
        progress("mining negatives", done + 1, len(pairs))
    return found
