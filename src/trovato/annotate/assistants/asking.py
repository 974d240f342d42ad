"""One question to a model, kept as a suggestion with all that makes it checkable."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from trovato.annotate.events import Suggested, Task
from trovato.annotate.project import Project
from trovato.core import (
    Decoding,
    LanguageModel,
    ProgressCallback,
    Prompt,
    PromptRefusedError,
    no_progress,
)

# What a model said, read; None where it cannot be.
Reader = Callable[[str, str, str], dict[str, Any] | None]


def prompt_hash(prompt: Prompt) -> str:
    """SHA-256 over the parts of a prompt."""
    parts = (f"{one.part}\0{one.id}\0{one.text}" for one in prompt.segments)
    return hashlib.sha256("\0\0".join(parts).encode()).hexdigest()


def ask(
    project: Project,
    model: LanguageModel,
    actor: str,
    task: Task,
    asked: Iterable[tuple[str, str, Prompt]],
    read: Reader,
    *,
    max_tokens: int,
    total: int,
    progress: ProgressCallback = no_progress,
) -> tuple[int, int]:
    """Ask about each query and document, and keep what can be read.

    What was asked with the same words of the same model is not asked again, so that an interrupted
    round goes on where it stopped.

    Parameters
    ----------
    asked
        Query, document and prompt.
    read
        From query, document and what the model said to what is kept.

    Returns
    -------
    How many suggestions were kept, and how many could not be read or were refused.
    """
    known = {
        (one.event.query, one.event.document, one.event.prompt_hash)
        for one in project.store.current("suggestion")
        if isinstance(one.event, Suggested) and one.event.model == model.fingerprint
    }
    kept = unread = 0
    for done, (query, document, prompt) in enumerate(asked, start=1):
        progress(task, done, total)
        digest = prompt_hash(prompt)
        if (query, document, digest) in known:
            continue
        try:
            (completion,) = model.complete([prompt], Decoding(max_tokens=max_tokens))
        except PromptRefusedError:
            unread += 1
            continue
        said = read(query, document, completion.text)
        if said is None:
            unread += 1
            continue
        event = Suggested(task, query, document, model.fingerprint, digest, said, completion.text)
        project.record(actor, event)
        kept += 1
    return kept, unread
