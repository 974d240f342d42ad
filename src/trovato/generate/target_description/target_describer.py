"""Asks a model that sees what the target looks like, once for each picture and change."""

from __future__ import annotations

import hashlib
import io
import threading
from collections import defaultdict
from pathlib import Path

from trovato.core import Decoding, LanguageModel, PathLike, PromptRefusedError
from trovato.data.pictures import read_picture
from trovato.generate.target_description.description_file import DescriptionFile
from trovato.generate.target_description.selective_prompt import (
    PROMPT_VERSION,
    read_description,
    selective_prompt,
)

_LONGEST = 1024  # pixels of the longer side that a model is shown


class TargetDescriber:
    """Describes targets; what was described before is not asked for again.

    Where the model refuses or says nothing, the description is the change itself, and `fallbacks`
    says why; such a description is not kept.

    Parameters
    ----------
    model
        One that takes pictures, such as `trovato.llm.OpenAICompatibleModel`; None to read
        descriptions alone, of any model.
    descriptions
        Where they are kept.
    max_tokens
        Of an answer, with all that is thought before it.

    Attributes
    ----------
    fallbacks
        Changes that were not described, with the reason.
    """

    def __init__(
        self,
        model: LanguageModel | None,
        descriptions: DescriptionFile | None = None,
        *,
        max_tokens: int = 512,
    ) -> None:
        self._model = model
        self._descriptions = descriptions
        self._max_tokens = max_tokens
        self._asking: defaultdict[tuple[str, str], threading.Lock] = defaultdict(threading.Lock)
        self.fallbacks: list[tuple[str, str]] = []

    def __call__(self, image: PathLike, edit: str) -> str:
        """What the target looks like; empty without a model and a description.

        Raises
        ------
        UnreadableFileError
            If the picture cannot be read.
        ModelUnavailableError
            If the model's server cannot be reached or fails.
        """
        path = Path(image)
        shown = _jpeg(path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        with self._asking[digest, edit]:
            name = None if self._model is None else self._model.fingerprint
            if self._descriptions is not None:
                known = self._descriptions.get(digest, edit, PROMPT_VERSION, name)
                if known is not None:
                    return known
            if self._model is None or name is None:
                return ""
            description = self._ask(shown, edit)
            if description and self._descriptions is not None:
                self._descriptions.put(digest, edit, PROMPT_VERSION, name, description)
            return description or edit

    def _ask(self, image: bytes, edit: str) -> str:
        assert self._model is not None  # noqa: S101 (for the type checker)
        try:
            (answer,) = self._model.complete(
                [selective_prompt(image, edit)], Decoding(max_tokens=self._max_tokens)
            )
        except PromptRefusedError as error:
            self.fallbacks.append((edit, str(error)))
            return ""
        description = read_description(answer.text)
        if not description:
            self.fallbacks.append((edit, f"the model said nothing: {answer.text[:80]!r}"))
        return description


def _jpeg(path: Path) -> bytes:
    picture = read_picture(path)
    picture.thumbnail((_LONGEST, _LONGEST))
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=90)
    return written.getvalue()
