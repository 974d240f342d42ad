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
    PromptRefusedError,
    collect_stream,
    model_name,
)
from trovato.generate.text.citing import Attribution, attribute
from trovato.generate.text.prompt_building import prompt_of
from trovato.generate.text.sentence_ranking import SentenceRanker
from trovato.ops import is_abstention, told_without_reasoning, without_reasoning

_REMEMBERED = 4096  # answers of single documents
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
        self._asked: dict[Prompt, Completion | PromptRefusedError] = {}

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
            return Answer("", method=model_name(self._model))
        prompt = prompt_of(question, documents)
        try:
            return self._answer(self._written(prompt), question, documents)
        except ContentFilterError as error:
            return self._answer(error, question, documents)

    def answer_each(self, question: str, documents: Sequence[Item]) -> list[Answer]:
        """What each document answers by itself; what was asked before at no temperature is kept.

        A document whose prompt is refused has no answer, and says why.
        """
        if self._on_token is not None:
            return [self.answer(question, [item]) for item in documents]
        prompts = [prompt_of(question, [item]) for item in documents]
        absent = [one for one in dict.fromkeys(prompts) if one not in self._asked]
        written = self._all_written(absent) if absent else []
        found = self._asked | dict(zip(absent, written, strict=True))
        if self._decoding.temperature == 0:
            self._asked = dict([*found.items()][-_REMEMBERED:])
        return [
            self._answer(found[prompt], question, [item])
            for prompt, item in zip(prompts, documents, strict=True)
        ]

    def _all_written(self, prompts: Sequence[Prompt]) -> list[Completion | PromptRefusedError]:
        try:
            return [*self._model.complete(prompts, self._decoding, self._attention)]
        except PromptRefusedError as error:
            if len(prompts) == 1:
                return [error]
        return [one for prompt in prompts for one in self._all_written([prompt])]

    def _written(self, prompt: Prompt) -> Completion:
        if self._on_token is None:
            [written] = self._model.complete([prompt], self._decoding, self._attention)
            return written
        pieces = self._model.stream(prompt, self._decoding, self._attention)
        return collect_stream(pieces, told_without_reasoning(self._on_token))

    def _answer(
        self, written: Completion | PromptRefusedError, question: str, documents: Sequence[Item]
    ) -> Answer:
        method = model_name(self._model)
        sources = tuple(CitedDocument(item.id) for item in documents)
        if isinstance(written, PromptRefusedError):
            return Answer("", method=method, sources=sources, refused=str(written))
        text = without_reasoning(written.text)
        found = attribute(text, documents, self._matcher, question)
        if is_abstention(found.text):
            found = Attribution("", (), ())
        return Answer(
            found.text,
            citations=found.citations,
            method=method,
            sources=sources,
            trimmed=written.trimmed,
            cut=written.finish == "length",
            unsupported=found.unsupported,
        )
