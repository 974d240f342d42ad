"""The shapes of the parts that stages meet through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol, runtime_checkable

import numpy as np

from trovato.core.records.answer import Answer
from trovato.core.records.completion import AttentionMode, Completion, Decoding
from trovato.core.records.items import Item, Query, Ranking
from trovato.core.records.prompt import Prompt
from trovato.core.records.token_vectors import TokenVectors
from trovato.core.shapes import Float32


@runtime_checkable
class Encoder(Protocol):
    """Turns texts into token vectors.

    Laws (`trovato.testing.check_encoder`): batch size, order and neighbours change nothing beyond
    1e-5; vectors have length 1; spans, if it gives any, point into the text; an empty text gives no
    vectors.
    """

    @property
    def fingerprint(self) -> str:
        """Changes whenever the vectors of any text would change."""

    @property
    def dim(self) -> int:
        """Components of each vector."""

    def encode(self, texts: Iterable[str]) -> Iterator[TokenVectors]:
        """Token vectors of each text of the collection, in order, one text at a time."""

    def encode_query(self, text: str) -> TokenVectors:
        """Token vectors of a question."""


@runtime_checkable
class EncoderOfLanguages(Encoder, Protocol):
    """An encoder that knows which languages it reads."""

    @property
    def english_only(self) -> bool:
        """Whether it was made for English alone."""


@runtime_checkable
class Retriever(Protocol):
    """Answers a query with a ranking.

    Laws (`trovato.testing.check_retriever`): the same query gives the same ranking; the best k are
    a prefix of the best k+1; every hit exists; evidence points inside the item.
    """

    def retrieve(self, query: Query, k: int) -> Ranking:
        """The best `k` items, fewer only when fewer match."""


@runtime_checkable
class Measure(Protocol):
    """Compares one ranking with the truth; prints as its canonical name, such as `nDCG@10`."""

    def __call__(self, ranking: Sequence[str], grades: Mapping[str, int]) -> float:
        """The value for one query: ids from best to worst against grades by id."""


@runtime_checkable
class LanguageModel(Protocol):
    """Writes what follows a prompt.

    Laws (`trovato.testing.check_language_model`): zero temperature is repeatable; the neighbours in
    a batch change nothing; the streamed pieces are the completion's text; under sparse attention a
    document's words change nothing that the model computes for another document.
    """

    @property
    def fingerprint(self) -> str:
        """Names the model, and changes whenever its answers would."""

    @property
    def attentions(self) -> frozenset[AttentionMode]:
        """The ways to read a prompt that it is able to."""

    def complete(
        self,
        prompts: Sequence[Prompt],
        decoding: Decoding = Decoding(),
        attention: AttentionMode = "causal",
    ) -> list[Completion]:
        """One completion for each prompt, in order."""

    def stream(
        self, prompt: Prompt, decoding: Decoding = Decoding(), attention: AttentionMode = "causal"
    ) -> Iterator[str]:
        """The completion of one prompt, piece by piece as it is written.

        A generator may return the whole completion; see `collect_stream`.
        """


def model_name(model: LanguageModel) -> str:
    """What people call a model, where it has a `name`, and its fingerprint."""
    name = getattr(model, "name", "")
    return f"{name}, {model.fingerprint}" if name else model.fingerprint


@runtime_checkable
class WhiteBoxModel(Protocol):
    """A language model in this process, whose numbers can be looked at."""

    def log_likelihood(self, texts: Sequence[str]) -> list[float]:
        """Mean natural logarithm of the probability of each text's tokens."""

    def text_vectors(self, texts: Sequence[str]) -> Float32[np.ndarray, "texts dim"]:
        """Mean of the input embeddings of each text's tokens."""


@runtime_checkable
class DocumentFilter(Protocol):
    """Leaves out retrieved documents that look poisoned."""

    @property
    def name(self) -> str:
        """As the command line and reports call it."""

    def keep(self, question: str, documents: Sequence[Item]) -> list[int]:
        """Places of the documents to keep, rising; `documents` come best first."""


@runtime_checkable
class Answerer(Protocol):
    """Answers a question from documents, best first."""

    @property
    def name(self) -> str:
        """As the command line and reports call it."""

    def answer(self, question: str, documents: Sequence[Item]) -> Answer:
        """The answer and what it rests on; one `Source` for each document."""
