"""A prompt whose parts say what they are, so that nothing has to be found in its text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from trovato.core.errors import InvalidInputError

PromptRole = Literal["instructions", "document", "question"]


@dataclass(frozen=True, slots=True)
class PromptBlock:
    """One part of a prompt.

    Parameters
    ----------
    part
        "instructions" may be read by everything after them, "document" is kept from other
        documents by guarded attention, "question" reads everything before it.
    text
        Any text; nothing in it is syntax.
    id
        Of the item that a document comes from.
    trust
        Tier of a document. Documents of tier 0 read no other document; those of one higher tier
        may read each other.
    image
        A picture before the text, as the bytes of a JPEG; for models that see.
    """

    part: PromptRole
    text: str
    id: str = ""
    trust: int = 0
    image: bytes = b""

    def __post_init__(self) -> None:
        if self.trust < 0:
            raise InvalidInputError(f"tiers of trust start at 0, got {self.trust}")
        if self.trust and self.part != "document":
            raise InvalidInputError(f"only documents have a tier of trust, not {self.part!r}")


@dataclass(frozen=True, slots=True)
class Prompt:
    """Segments in reading order; the last is a question, which the model's answer continues.

    Instructions and examples that documents may read come before them as "instructions". A
    "question" before the documents is hidden from them, as in the formula of SDAG (Dekel et al.
    2026, section 3).

    Raises
    ------
    InvalidInputError
        If the last segment is no question.
    """

    segments: tuple[PromptBlock, ...]

    def __post_init__(self) -> None:
        if not self.segments or self.segments[-1].part != "question":
            raise InvalidInputError("a prompt ends with a question, which the answer continues")

    @staticmethod
    def of(question: str, documents: Iterable[PromptBlock | str], instructions: str = "") -> Prompt:
        """The usual order: instructions, documents, question."""
        before = [PromptBlock("instructions", instructions)] if instructions else []
        between = (
            PromptBlock("document", document) if isinstance(document, str) else document
            for document in documents
        )
        return Prompt((*before, *between, PromptBlock("question", question)))

    @property
    def documents(self) -> tuple[PromptBlock, ...]:
        """The documents, in order."""
        return tuple(segment for segment in self.segments if segment.part == "document")

    def blocks(self) -> tuple[int, ...]:
        """The block of each segment, as `trovato.ops.language.attention_mask` names them.

        −1 for instructions, −2 for questions, and from 0 on one number for each document of tier
        0 and for each higher tier.
        """
        numbers: dict[tuple[int, int], int] = {}
        found = []
        for place, segment in enumerate(self.segments):
            if segment.part == "document":
                key = (segment.trust, 0 if segment.trust else place)
                found.append(numbers.setdefault(key, len(numbers)))
            else:
                found.append(-1 if segment.part == "instructions" else -2)
        return tuple(found)
