"""Labels for a text, by the centroids of labelled texts."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from trovato.core import InvalidInputError, check_many
from trovato.ops import character_bigrams


class NearestCentroid:
    """Ranks labels by the cosine of a text with the mean of each label's texts.

    Vectors are inverse document frequencies of character bigrams, of length 1 for each text.
    Rocchio 1971; Han and Karypis 2000, "Centroid-based document classification".

    Parameters
    ----------
    examples
        Texts, each with its labels.

    Raises
    ------
    InvalidInputError
        If no example has a label.
    """

    def __init__(self, examples: Iterable[tuple[str, Sequence[str]]]) -> None:
        check_many("examples", examples)
        terms = [(set(character_bigrams(text)), labels) for text, labels in examples if labels]
        if not terms:
            raise InvalidInputError("labels need examples: none of the texts has a label")
        frequency = Counter(term for held, _ in terms for term in held)
        self._idf = {
            term: math.log((len(terms) + 1) / (count + 0.5)) for term, count in frequency.items()
        }
        sums: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for held, labels in terms:
            vector = self._vector(held)
            for label in labels:
                for term, weight in vector.items():
                    sums[label][term] += weight  # type: ignore[assignment]
        self._postings: defaultdict[str, list[tuple[str, float]]] = defaultdict(list)
        for label, total in sums.items():
            length = math.hypot(*total.values()) or 1.0
            for term, weight in total.items():
                self._postings[term].append((label, weight / length))

    def rank(self, text: str) -> list[tuple[str, float]]:
        """Labels that share a term with the text and their cosines, best first, ties by label."""
        scores: defaultdict[str, float] = defaultdict(float)
        for term, weight in self._vector(set(character_bigrams(text))).items():
            for label, other in self._postings.get(term, ()):
                scores[label] += weight * other
        return sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))

    def _vector(self, terms: set[str]) -> Mapping[str, float]:
        known = sorted(term for term in terms if term in self._idf)
        length = math.hypot(*(self._idf[term] for term in known)) or 1.0
        return {term: self._idf[term] / length for term in known}
