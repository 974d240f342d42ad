"""What a language model is asked to do with a prompt, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from trovato.core.errors import InvalidInputError
from trovato.core.progress import no_progress

# Who reads whom in a prompt: everything before it ("causal"), or documents apart from each other
# (SDAG), where they stand ("sparse") or all at the same place ("sparse-parallel").
AttentionMode = Literal["causal", "sparse", "sparse-parallel"]


@dataclass(frozen=True, slots=True)
class Decoding:
    """How words are chosen.

    Parameters
    ----------
    max_tokens
        At most so many, end of sequence included.
    temperature
        0 takes the likeliest token each time.
    top_p
        Only tokens within this share of probability are drawn.
    seed
        Of the draws.
    stop
        Strings that end the answer; they are no part of it.
    """

    max_tokens: int = 256
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 0
    stop: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.max_tokens < 1:
            raise InvalidInputError(f"max_tokens must be at least 1, got {self.max_tokens}")
        if not 0 <= self.temperature < float("inf"):
            raise InvalidInputError(f"a temperature is 0 or more, got {self.temperature}")
        if not 0 < self.top_p <= 1:
            raise InvalidInputError(f"top_p lies in (0, 1], got {self.top_p}")
        if self.seed < 0:
            raise InvalidInputError(f"a seed is at least 0, got {self.seed}")
        if not all(self.stop):
            raise InvalidInputError("an empty string would stop every answer: leave it out")


@dataclass(frozen=True, slots=True)
class Trim:
    """A document that was cut to fit the model's window: tokens it had, and those kept."""

    id: str
    tokens: int
    kept: int


@dataclass(frozen=True, slots=True)
class Completion:
    """What a model wrote after one prompt.

    Parameters
    ----------
    text
        Without special tokens.
    finish
        "stop" at the end of sequence or a string that stops, "length" where `max_tokens` ended it.
    prompt_tokens, tokens
        Read and written.
    trimmed
        Documents that were cut, in order.
    """

    text: str
    finish: Literal["stop", "length"]
    prompt_tokens: int = 0
    tokens: int = 0
    trimmed: tuple[Trim, ...] = ()


def collect_stream(
    pieces: Iterator[str], progress: Callable[[str], None] = no_progress
) -> Completion:
    """The whole completion of a stream.

    Parameters
    ----------
    pieces
        From `LanguageModel.stream`. A generator may return the completion, with how it ended and
        which documents were cut; what was said is told by the pieces.
    progress
        Told each piece as it comes.
    """
    said: list[str] = []
    while True:
        try:
            piece = next(pieces)
        except StopIteration as end:
            text = "".join(said)
            whole = end.value
            return replace(whole, text=text) if whole else Completion(text, "stop")
        progress(piece)
        said.append(piece)
