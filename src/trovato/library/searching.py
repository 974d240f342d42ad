"""A collection and its encoder, asked questions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

from trovato.core import (
    Encoder,
    InvalidInputError,
    Item,
    PageEvidence,
    Query,
    Ranking,
    check_many,
    processors,
)
from trovato.index import Collection, Reader
from trovato.retrieve import (
    CollectionRetriever,
    Fusion,
    HybridScorer,
    LateInteractionScorer,
    LexicalScorer,
    Scorer,
)

Mode = Literal["hybrid", "late", "lexical"]
MODES: tuple[Mode, ...] = get_args(Mode)

# Ways to find what an answer is read from: as a search does, or along links.
AskMode = Literal["hybrid", "late", "lexical", "hops"]
ASK_MODES: tuple[AskMode, ...] = get_args(AskMode)


class SearchableCollection:
    """The part of a `Library` that finds pages and says why."""

    collection: Collection
    encoder: Encoder
    fusion: Fusion

    def use_shards(self, count: int) -> None:
        """Have so many processes of Ray score vectors from now on, on one or more machines.

        Answers stay the same; see `trovato.index.Shards`. They end with the library.

        Raises
        ------
        InvalidInputError
            If `count` is below 1.
        MissingExtraError
            If Ray is not installed.

        Examples
        --------
        >>> with Library.open("reports.trovato") as library:  # doctest: +SKIP
        ...     library.use_shards(4)
        ...     library.search("What did revenue grow by?")
        """
        from trovato.index import ShardedCollection  # one machine has no use for it

        plain, self.collection = self.collection, ShardedCollection(self.collection, count)
        plain.close()

    def retriever(self, mode: Mode = "hybrid", *, exact: bool = False) -> CollectionRetriever:
        """The retriever behind `search`, for an evaluation or an arrangement of one's own.

        Raises
        ------
        InvalidInputError
            If `mode` is unknown.
        """
        reader = self.collection.reader()
        scorer = self.scorer(reader, mode, exact=exact)
        return CollectionRetriever(reader, self.encoder, scorer)

    def scorer(self, reader: Reader, mode: Mode = "hybrid", *, exact: bool = False) -> Scorer:
        """What gives the pages of a view of the collection their scores.

        Raises
        ------
        InvalidInputError
            If `mode` is unknown.
        """
        lexical = LexicalScorer(reader)
        late = LateInteractionScorer(reader, self.encoder, processors(), exact=exact)
        match mode:
            case "lexical":
                return lexical
            case "late":
                return late
            case "hybrid":
                return HybridScorer(reader, lexical, late, self.fusion)
        raise InvalidInputError(f"mode must be 'hybrid', 'late' or 'lexical', got {mode!r}")

    def search(
        self,
        question: str,
        k: int = 10,
        *,
        mode: Mode = "hybrid",
        filter: str = "",
        exact: bool = False,
        evidence: bool = True,
        distinct: bool = True,
    ) -> Ranking:
        """Rank the pages that answer a question, each with its evidence.

        Parameters
        ----------
        question
            In words.
        k
            At most so many hits, 1…1000.
        mode
            "hybrid" (default), "late" interaction or "lexical".
        filter
            Conditions on attributes, such as `path:reports/* year>=2020`.
        exact
            Score the vectors of every page, however many there are. Without it, the ranking's
            `coverage` says how many were scored, and the recall to expect.
        evidence
            Whether to say of each hit why it was found; without it a search takes less time.
        distinct
            Whether a page of identical files is one hit, which names the others as its `copies`.

        Raises
        ------
        InvalidInputError
            If the question is blank, or `k`, `mode` or `filter` is not understood.
        """
        with self.collection.reading() as reader:
            scorer = self.scorer(reader, mode, exact=exact)
            return CollectionRetriever(reader, self.encoder, scorer).retrieve(
                Query(question, filter), k, evidence=evidence, distinct=distinct
            )

    def explain(self, question: str, item_id: str) -> PageEvidence:
        """Why an item meets a question, whether or not it was among the hits.

        Raises
        ------
        InvalidInputError
            If there is no such item, or the question is blank.
        """
        with self.collection.reading() as reader:
            retriever = CollectionRetriever(reader, self.encoder, self.scorer(reader))
            return retriever.explain(Query(question), reader.row_of(item_id))

    def neighbours(self, item_id: str) -> tuple[str, ...]:
        """Ids of the pages before and after a page, as far as there are any.

        Raises
        ------
        InvalidInputError
            If there is no such item.
        """
        with self.collection.reading() as reader:
            item = reader.item(reader.row_of(item_id))
        return self.neighbours_of([item])[item_id]

    def neighbours_of(self, items: Iterable[Item]) -> dict[str, tuple[str, ...]]:
        """The same for several items, by their ids; see `neighbours`."""
        check_many("items", items)
        found: dict[str, tuple[str, ...]] = {}
        with self.collection.reading() as reader:
            for item in items:
                around = (f"{item.parent}#{item.order}", f"{item.parent}#{item.order + 2}")
                # An item of its own, or a part of one, has none.
                is_page = item.id == f"{item.parent}#{item.order + 1}"
                found[item.id] = tuple(one for one in around if is_page and reader.has(one))
        return found
