"""A library that answers, made of its parts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import islice

from trovato.core import Decoding, LanguageModel
from trovato.generate import SentenceRanker, answerer
from trovato.library.library import Library
from trovato.library.question_answering import QuestionAnswerer
from trovato.library.searching import AskMode


def sample_texts(library: Library, count: int = 50) -> list[str]:
    """Texts of so many pages, evenly spaced over the collection; blank ones are left out."""
    reader = library.collection.reader()
    step = max(library.info().pages // count, 1)
    texts = [reader.item(row).text for row in islice(reader.rows(), 0, step * count, step)]
    return [text for text in texts if text.strip()]


def build_answerer(
    library: Library,
    model: LanguageModel | None = None,
    *,
    guard: str = "none",
    k: int = 5,
    mode: AskMode = "hybrid",
    decoding: Decoding = Decoding(),
    on_token: Callable[[str], None] | None = None,
    monitor: Callable[[str], None] | None = None,
) -> QuestionAnswerer:
    """A library that answers, with a guard against poisoned pages.

    Parameters
    ----------
    library
        What is asked.
    model
        What writes answers; None for the sentence that meets the question best.
    guard
        Such as `sdag` or `ragdefender+vote`; see `trovato.generate.answerer`.
    k, mode
        How many pages are read, and how they are found.
    decoding
        How the model chooses words.
    on_token
        Told each piece of an answer as it is written.
    monitor
        Told each piece of what is written about one page alone. Both may raise an error of their
        own, which stops the model.

    Raises
    ------
    InvalidInputError
        If the guard is unknown, or needs what the model cannot do.
    """
    matcher = SentenceRanker(library.encoder)
    return QuestionAnswerer(
        library,
        answerer(
            guard,
            matcher,
            model,
            decoding=decoding,
            clean=partial(sample_texts, library),
            on_token=on_token,
            monitor=monitor,
        ),
        answerer("none", matcher, model, decoding=decoding, on_token=monitor),
        k=k,
        mode=mode,
    )
