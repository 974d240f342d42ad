"""Guards by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from trovato.core import (
    Answerer,
    AttentionMode,
    Decoding,
    DocumentFilter,
    InvalidInputError,
    LanguageModel,
    WhiteBoxModel,
)
from trovato.generate.answerers.extractive import ExtractiveAnswerer
from trovato.generate.answerers.filtered import FilteredAnswerer
from trovato.generate.answerers.generative import GenerativeAnswerer
from trovato.generate.answerers.isolated_vote import KeywordAnswerer, MajorityAnswerer
from trovato.generate.filters import DiscernFilter, PerplexityFilter, RagDefender, TrustRag
from trovato.generate.text.sentence_ranking import SentenceRanker

FILTERS = ("ragdefender", "trustrag", "discern", "perplexity")
AGGREGATION_MODES = ("none", "sdag", "sdag-parallel", "vote", "keyword")
# Share of the clean texts that the guard perplexity keeps: it holds where a few are poisoned too.
_KEPT = 0.95
_ATTENTION: dict[str, AttentionMode] = {"sdag": "sparse", "sdag-parallel": "sparse-parallel"}


def answerer(
    guard: str,
    matcher: SentenceRanker,
    model: LanguageModel | None = None,
    *,
    decoding: Decoding = Decoding(),
    clean: Callable[[], Sequence[str]] = tuple,
    on_token: Callable[[str], None] | None = None,
    monitor: Callable[[str], None] | None = None,
) -> Answerer:
    """An answerer for a guard such as `none`, `sdag` or `ragdefender+vote`.

    Parameters
    ----------
    guard
        Filters first, then at most one way of reading, joined by `+`.
    matcher
        Compares sentences, and by its encoder whole passages. One for many answerers encodes each
        sentence once.
    model
        What writes answers; None for the sentence that meets the question best.
    decoding
        How the model chooses words.
    clean
        Gives texts such as the documents usually are, for the guard perplexity: its bound is one
        that all but a twentieth of them keep. Called only for that guard.
    on_token
        Told each piece of an answer that is read from all documents at once, as it is written.
    monitor
        Told each piece of an answer from one document alone, where these vote. Both may raise an
        error of their own, which stops the model.

    Raises
    ------
    InvalidInputError
        If a guard is unknown, or needs what the model cannot do.
    """
    *before, last = guard.split("+")
    if last in FILTERS:
        before, last = [*before, last], "none"
    if (
        last not in AGGREGATION_MODES
        or not set(before) <= set(FILTERS)
        or len(set(before)) < len(before)
    ):
        raise InvalidInputError(
            f"a guard is made of filters ({', '.join(FILTERS)}) and, last, one way of reading "
            f"({', '.join(AGGREGATION_MODES)}), joined by +, such as "
            f"ragdefender+vote; got {guard!r}"
        )
    filters = [_filter(name, matcher, model, clean) for name in before]
    answerer = _answerer(last, matcher, model, decoding, on_token, monitor)
    return FilteredAnswerer(filters, answerer)


def _filter(
    name: str,
    matcher: SentenceRanker,
    model: LanguageModel | None,
    clean: Callable[[], Sequence[str]],
) -> DocumentFilter:
    if name == "ragdefender":
        return RagDefender(matcher.encoder)
    if name == "trustrag":
        return TrustRag(matcher.encoder)
    if name == "perplexity":
        if not isinstance(model, WhiteBoxModel):
            raise InvalidInputError(
                "the guard 'perplexity' looks into a language model in this process: name one "
                "(--llm hf:…); a server does not say how likely it finds a text"
            )
        return PerplexityFilter.calibrated(model.log_likelihood, clean(), _KEPT)
    if model is None:
        raise InvalidInputError("the guard 'discern' asks a language model: name one (--llm)")
    return DiscernFilter(model)


def _answerer(
    reading: str,
    matcher: SentenceRanker,
    model: LanguageModel | None,
    decoding: Decoding,
    on_token: Callable[[str], None] | None,
    monitor: Callable[[str], None] | None,
) -> Answerer:
    if reading in ("vote", "keyword"):
        alone = (
            ExtractiveAnswerer(matcher)
            if model is None
            else GenerativeAnswerer(model, matcher, decoding=decoding, on_token=monitor)
        )
        return MajorityAnswerer(alone) if reading == "vote" else KeywordAnswerer(alone)
    if model is None:
        if reading in _ATTENTION:
            raise InvalidInputError(
                f"the guard {reading!r} changes how a language model reads: name one (--llm), or "
                "take vote or keyword"
            )
        return ExtractiveAnswerer(matcher)
    attention = _ATTENTION.get(reading, "causal")
    return GenerativeAnswerer(model, matcher, attention, decoding=decoding, on_token=on_token)
