"""Answers that a language model writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from trovato.core import (
    Answer,
    AttentionMode,
    CitedDocument,
    Completion,
    ContentFilterError,
    Decoding,
    InvalidInputError,
    Item,
    LanguageModel,
    Prompt,
    collect_stream,
)
from trovato.generate.text.prompt_building import NO_ANSWER, cite, prompt_of
from trovato.generate.text.sentence_ranking import SentenceRanker
from trovato.ops import normalize_answer, told_without_reasoning, without_reasoning

_GUARDS: dict[AttentionMode, str] = {
    "causal": "none",
    "sparse": "sdag",
    "sparse-parallel": "sdag-parallel",
}


class GenerativeAnswerer:
    """Lets a language model read the documents and write; a `trovato.core.Answerer`.

    Parameters
    ----------
    model
        What writes.
    matcher
        Finds the sentences behind an answer.
    attention
        Who reads whom: with sparse attention documents cannot talk about each other (SDAG, Dekel et
        al. 2026).
    decoding
        How words are chosen.
    on_token
        Told each piece of the answer as it is written, without blocks of reasoning.

    Raises
    ------
    InvalidInputError
        If the model cannot read in this way.
    """

    def __init__(
        self,
        model: LanguageModel,
        matcher: SentenceRanker,
        attention: AttentionMode = "causal",
        *,
        decoding: Decoding = Decoding(),
        on_token: Callable[[str], None] | None = None,
    ) -> None:
        if attention not in model.attentions:
            raise InvalidInputError(
                f"the guard {_GUARDS[attention]!r} needs {attention} attention, which "
                f"{model.fingerprint} does not have: take the guard vote, in which each document "
                "is read by itself, or a model in this process (hf:…)"
            )
        self._model = model
        self._attention: AttentionMode = attention
        self._decoding = decoding
        self._matcher = matcher
        self._on_token = on_token

    @property
    def name(self) -> str:
        """As the command line and reports call it."""
        return _GUARDS[self._attention]

    def answer(self, question: str, documents: Sequence[Item]) -> Answer:
        """What the model writes; it abstains where there is nothing to read, or nothing in it.

        Blocks of reasoning are no part of an answer, and passages named there are not cited. A
        prompt that a filter of contents declines is an outcome: the answer is empty and says so.
        """
        if not documents:
            return Answer("", method=self._model.fingerprint)
        prompt = prompt_of(question, documents)
        refused = ""
        try:
            written = self._written(prompt)
        except ContentFilterError as error:
            written = Completion("", "stop")
            refused = str(error)
        text, citations = cite(without_reasoning(written.text), documents, self._matcher)
        if normalize_answer(text) == NO_ANSWER:
            text, citations = "", ()
        return Answer(
            text,
            citations=citations,
            method=self._model.fingerprint,
            sources=tuple(CitedDocument(item.id) for item in documents),
            trimmed=written.trimmed,
            cut=written.finish == "length",
            refused=refused,
        )

    def _written(self, prompt: Prompt) -> Completion:
        if self._on_token is None:
            [written] = self._model.complete([prompt], self._decoding, self._attention)
            return written
        pieces = self._model.stream(prompt, self._decoding, self._attention)
        return collect_stream(pieces, told_without_reasoning(self._on_token))
