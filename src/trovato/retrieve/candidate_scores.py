"""Where the scores of pages come from: words, token vectors, or both."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np

from trovato.core import Coverage, Encoder, InvalidInputError, Query
from trovato.core.shapes import Float64, Int64
from trovato.index import Reader
from trovato.ops import fold, is_latin, part_marks
from trovato.retrieve.encoded_query import EncodedQuery


@runtime_checkable
class Scorer(Protocol):
    """Gives pages a score for a query; larger is better."""

    @property
    def coverage(self) -> Coverage | None:
        """What the last search through vectors looked at; None where there was none."""

    def best(self, query: Query, depth: int, beside: Collection[int] = ()) -> dict[int, float]:
        """The `depth` best pages that meet the query's conditions, with their scores.

        Of pages `beside`, which meet them too, those that it finds at all are there as well.
        """


class LexicalScorer:
    """BM25 over the words of a page and of its document's title and name.

    Robertson and Zaragoza 2009, as computed by SQLite's FTS5.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    @property
    def coverage(self) -> None:
        """Nothing: no vectors are looked at."""

    def best(self, query: Query, depth: int, beside: Collection[int] = ()) -> dict[int, float]:
        """The `depth` best pages that share a word with the query, and those `beside` that do."""
        found = dict(self._reader.search_lexical(query.text, depth, query.filter))
        if beside and len(found) == depth:  # else all are found
            found |= self.of(query, set(beside) - found.keys())
        return found

    def of(self, query: Query, pages: Collection[int]) -> dict[int, float]:
        """The scores of those of these pages that share a word with the query."""
        return dict(self._reader.score_lexical(query.text, sorted(pages)))


@runtime_checkable
class CalibratedEncoder(Encoder, Protocol):
    """An encoder of which it was measured how near texts are that have nothing in common."""

    @property
    def unrelated(self) -> float:
        """Mean cosine of a question with a page: below it, the page is about something else."""


@runtime_checkable
class ContrastedEncoder(Encoder, Protocol):
    """An encoder of which it was measured how far the right pages stand out."""

    @property
    def contrast(self) -> float:
        """By how much the mean cosine of a question's best page exceeds that of other pages."""


# Pages that stand for all others where an encoder does not say how far the right ones stand out,
# and how many standard deviations those stand above them.
SAMPLE = 256
_DEVIATIONS = 4


def contrast_of(sample: Collection[float]) -> float:
    """How far a page that answers stands above others, from the scores of some; never 0."""
    deviation = float(np.std(list(sample))) if sample else 0.0
    return _DEVIATIONS * deviation if deviation > 1e-6 else 1.0


class LateInteractionScorer:
    """Mean over the question's tokens of the best cosine on the page: MaxSim over their number.

    Khattab and Zaharia 2020, equation 3. In a large collection through candidates, unless `exact`.
    Pages that are no nearer than unrelated texts are not found, where the encoder knows how near
    those are (`CalibratedEncoder`).
    """

    def __init__(
        self, reader: Reader, encoder: Encoder, threads: int = 1, *, exact: bool = False
    ) -> None:
        self._reader = reader
        self._encoder = encoder
        self._threads = threads
        self._exact = exact
        self._coverage: Coverage | None = None

    @property
    def coverage(self) -> Coverage | None:
        """What the last search looked at."""
        return self._coverage

    def encoded(self, query: Query) -> EncodedQuery:
        """The query with its vectors, so that `best` and `of` need not make them anew."""
        return EncodedQuery.of(query, self._encoder)

    def best(self, query: Query, depth: int, beside: Collection[int] = ()) -> dict[int, float]:
        """The `depth` pages with the largest mean cosine, and those `beside`, but no unrelated."""
        found, unrelated = self.nearest(query, depth), self.unrelated
        found |= self.of(query, set(beside) - found.keys())
        return {page: mean for page, mean in found.items() if mean >= unrelated}

    @property
    def unrelated(self) -> float:
        """Mean cosine below which a page is about something else; -1 where nobody knows."""
        # As `CalibratedEncoder`; to ask an object for a whole protocol takes a while.
        mean: float = getattr(self._encoder, "unrelated", -1.0)
        return mean

    def contrast(self, query: Query) -> float:
        """How far a page that answers stands above others, in mean cosine; never 0.

        As the encoder says (`ContrastedEncoder`); else from pages spread over the collection,
        which are the same for each question and whatever was found.
        """
        known: float | None = getattr(self._encoder, "contrast", None)
        if known is not None:
            return known
        return contrast_of(self.of(query, self._reader.spread_rows(SAMPLE)).values())

    def reads(self, text: str) -> bool:
        """Whether the encoder knows the script of a text: one made for English only the Latin."""
        return not getattr(self._encoder, "english_only", False) or is_latin(text)

    def nearest(self, query: Query, depth: int) -> dict[int, float]:
        """The `depth` pages with the largest mean cosine, however far they are."""
        vectors = self.encoded(query).vectors.values
        if not len(vectors):
            return {}
        found = self._reader.search_vectors(
            vectors, depth, query.filter, self._threads, exact=self._exact
        )
        self._coverage = Coverage(found.scored, found.eligible, found.exact, found.recall)
        return {page: score / len(vectors) for page, score in found.best}

    def of(self, query: Query, pages: Collection[int]) -> dict[int, float]:
        """Mean cosine of each of these pages that has vectors."""
        vectors = self.encoded(query).vectors.values
        if not len(vectors) or not pages:
            return {}
        found = self._reader.score_vectors(vectors, sorted(pages))
        return {page: score / len(vectors) for page, score in found}


@dataclass(frozen=True, slots=True)
class Fusion:
    """How two rankings become one. `bench/find_page.py` measures the defaults and their rivals.

    Parameters
    ----------
    lexical_weight
        Share of the lexical side, 0…1, where the collection knows all words of a question; the rest
        is late interaction's.
    document_weight
        How much the best page of a document lifts all its pages.
    numbered_weight
        Share of the lexical side where a question names parts by their number ("Figure 3"), which
        vectors hardly tell apart.

    Raises
    ------
    InvalidInputError
        If a share is not in 0…1.
    """

    lexical_weight: float = 0.5
    document_weight: float = 0.5
    numbered_weight: float = 0.8

    def __post_init__(self) -> None:
        for weight in (self.lexical_weight, self.numbered_weight):
            if not 0 <= weight <= 1:
                raise InvalidInputError(f"a share must be 0 to 1, got {weight}")


class HybridScorer:
    """A convex combination of both sides' scores, plus a share of the document's best page.

    BM25 counts in parts of the best page's, mean cosines in units of `contrast`: both scales are
    the same however many candidates there are, so that the depth does not move the ranking.
    Convex combination: Bruch, Gai and Ingber 2022 (An analysis of fusion functions for hybrid
    retrieval). The document's share is there because a question often names its document in words
    that stand on another page than the answer.
    """

    def __init__(
        self,
        reader: Reader,
        lexical: LexicalScorer,
        late: LateInteractionScorer,
        fusion: Fusion = Fusion(),
    ) -> None:
        self._reader = reader
        self._lexical = lexical
        self._late = late
        self._fusion = fusion

    @property
    def coverage(self) -> Coverage | None:
        """What the last search through vectors looked at."""
        return self._late.coverage

    def best(self, query: Query, depth: int, beside: Collection[int] = ()) -> dict[int, float]:
        """Fused scores of the candidates, which are the `depth` best of each side, and `beside`.

        A page that shares no word with the question and whose vectors are unrelated goes.
        """
        query = self._late.encoded(query)
        late = self._late.nearest(query, depth)
        lexical = self._lexical.best(query, depth)
        late |= self._late.of(query, (lexical.keys() | set(beside)) - late.keys())
        if len(lexical) == depth:  # there may be more pages that share a word
            lexical |= self._lexical.of(query, (late.keys() | set(beside)) - lexical.keys())
        if not late and not lexical:
            return {}
        pages = np.array(sorted({*late, *lexical}), np.int64)
        words, near = _column(pages, lexical), _column(pages, late)
        contrast, share = self._late.contrast(query), self._lexical_share(query.text)
        kept = ~np.isnan(words) | (np.nan_to_num(near, nan=-1.0) >= self._late.unrelated)
        most = max(lexical.values(), default=1.0)
        # A page without vectors met nothing.
        least = min(late.values(), default=0.0)
        fused = share * np.nan_to_num(words) / most
        fused += (1 - share) * np.nan_to_num(near, nan=least) / contrast
        fused += self._fusion.document_weight * self._best_of_document(pages, fused)
        return dict(zip(pages[kept].tolist(), fused[kept].tolist(), strict=True))

    def _lexical_share(self, text: str) -> float:
        """What words count for; vectors count for the rest."""
        known = self._reader.reading(text).known
        if known and not self._late.reads(text):
            return 1.0
        # Words that the collection does not know, as in a question of another language, say little.
        weight = self._fusion.lexical_weight
        if part_marks(fold(text)):
            weight = max(weight, self._fusion.numbered_weight)
        return weight * known

    def _best_of_document(
        self, pages: Int64[np.ndarray, " pages"], scores: Float64[np.ndarray, " pages"]
    ) -> Float64[np.ndarray, " pages"]:
        """The largest score of a page of the same document."""
        files = self._reader.files_of(pages.tolist())
        _, document = np.unique([files[page] for page in pages.tolist()], return_inverse=True)
        best = np.full(len(pages), -np.inf)
        np.maximum.at(best, document, scores)
        return best[document]


def _column(
    pages: Int64[np.ndarray, " pages"], scores: Mapping[int, float]
) -> Float64[np.ndarray, " pages"]:
    """The scores of rising pages; NaN for those that have none."""
    column = np.full(len(pages), np.nan)
    rows = np.fromiter(scores, np.int64, len(scores))
    column[np.searchsorted(pages, rows)] = np.fromiter(scores.values(), np.float64, len(scores))
    return column
