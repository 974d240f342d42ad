"""Does a model work here: an answer, its speed, and documents that stay apart."""

from __future__ import annotations

import time
from dataclasses import dataclass

from trovato.core import AttentionMode, Decoding, LanguageModel, LeakError, Prompt, model_name
from trovato.llm.local.isolation_check import verify_isolation
from trovato.llm.local.model import LocalModel

_QUESTION = Prompt.of(
    "Question: In which year was the lighthouse of Arvik built?\nAnswer:",
    ["The lighthouse of Arvik was built in 1871.", "The harbour of Arvik has two cranes."],
    "Answer the question from the notes below, in a few words.",
)
_EXPECTED = "1871"
_SPARSE: tuple[AttentionMode, ...] = ("sparse", "sparse-parallel")


@dataclass(frozen=True, slots=True)
class ModelCheck:
    """What `check_model` found.

    Parameters
    ----------
    model
        Its name and its fingerprint.
    answer, right
        What it wrote from two short notes, and whether the year in it is right.
    seconds, tokens
        How long that took, and what was written.
    isolation
        For each way of reading documents apart that the model offers, "exact" where no document
        changes another, else what leaks; empty for one that reads causally only, as behind a
        server.
    """

    model: str
    answer: str
    right: bool
    seconds: float
    tokens: int
    isolation: dict[str, str]

    @property
    def leaks(self) -> bool:
        """Whether a way of reading documents apart does not keep them so."""
        return any(found != "exact" for found in self.isolation.values())


def check_model(model: LanguageModel, decoding: Decoding = Decoding(max_tokens=32)) -> ModelCheck:
    """Let a model answer a question from two notes, and verify that it can read documents apart.

    Parameters
    ----------
    model
        What is checked.
    decoding
        How it chooses words.

    Raises
    ------
    ModelUnavailableError
        If a server cannot be reached.
    """
    started = time.perf_counter()
    [written] = model.complete([_QUESTION], decoding)
    took = time.perf_counter() - started
    isolation: dict[str, str] = {}
    if isinstance(model, LocalModel):
        for attention in filter(model.attentions.__contains__, _SPARSE):
            try:
                verify_isolation(model, attention=attention)
                isolation[attention] = "exact"
            except LeakError as leak:
                isolation[attention] = str(leak)
    return ModelCheck(
        model_name(model),
        written.text.strip(),
        _EXPECTED in written.text,
        took,
        written.tokens,
        isolation,
    )
