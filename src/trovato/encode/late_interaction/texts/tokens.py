"""Texts and questions as the tokens of a ColBERT-like model, each with its characters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from trovato.core import ModelUnavailableError, PathLike
from trovato.core.shapes import Bool, Int32, Int64
from trovato.encode.late_interaction.spans import disjoint
from trovato.encode.late_interaction.texts.settings import TextSettings
from trovato.encode.windows import windows

_SURROGATE = re.compile("[\ud800-\udfff]")
_OVERLAP = 32


@dataclass(frozen=True, slots=True, eq=False)
class TextWindow:
    """Tokens that the model reads together.

    Parameters
    ----------
    ids
        Their numbers in the vocabulary.
    attended
        Which of them the others see.
    kept
        Which of them get a vector.
    spans
        `(kept, 2)`: characters of the text that these stand for; none for special tokens.
    """

    ids: Int64[np.ndarray, " tokens"]
    attended: Bool[np.ndarray, " tokens"]
    kept: Bool[np.ndarray, " tokens"]
    spans: Int32[np.ndarray, "kept 2"]


class TextTokens:
    """Cuts texts into windows with the markers that a model was trained on.

    A text that fits into one window is read as ColBERT and PyLate read it; a longer one is not cut
    off, but read in windows that overlap. Its special tokens are kept of the first window's start
    and the last one's end.

    Parameters
    ----------
    folder
        With `tokenizer.json`.
    settings
        Markers and lengths.
    longest
        Tokens that the backbone can read at once.

    Raises
    ------
    ModelUnavailableError
        If there is no `tokenizer.json`, or questions are to be filled up and there is no [MASK].
    """

    def __init__(self, folder: PathLike, settings: TextSettings, longest: int) -> None:
        from tokenizers import Tokenizer

        path = Path(folder) / "tokenizer.json"
        if not path.is_file():
            raise ModelUnavailableError(
                f"{path} is not there: save the tokenizer with transformers' fast class"
            )
        self._tokenizer = Tokenizer.from_str(path.read_text("utf-8"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        around = self._tokenizer.encode("a")
        first = around.special_tokens_mask.index(0)
        last = len(around.ids) - around.special_tokens_mask[::-1].index(0)
        self._before, self._after = around.ids[:first], around.ids[last:]
        self._tokenizer.encode_special_tokens = True  # "[SEP]" in a text means those characters
        self._settings = settings
        self._query = self._before + self._marker(settings.query_prompt)
        self._document = self._before + self._marker(settings.document_prompt)
        self._room = min(settings.document_length or longest, longest)
        self._longest = longest
        self._mask = self._tokenizer.token_to_id("[MASK]")
        if self._mask is None:
            self._mask = self._tokenizer.token_to_id("<mask>")
        if settings.query_length and self._mask is None:
            raise ModelUnavailableError(f"{path} has no [MASK], which questions are filled up with")
        known = (self._tokenizer.token_to_id(word) for word in settings.skipped)
        self._skipped = np.array([one for one in known if one is not None], np.int64)

    def document(self, text: str) -> list[TextWindow]:
        """The windows of a text; none for one without tokens."""
        ids, spans = self._encode(text)
        return self._windows(ids, spans, self._document, self._room, ~np.isin(ids, self._skipped))

    def query(self, text: str) -> list[TextWindow]:
        """A question, filled up with [MASK]; a blank one has no tokens at all."""
        ids, spans = self._encode(text)
        found = self._windows(ids, spans, self._query, self._longest, np.ones(len(ids), np.bool_))
        missing = self._settings.query_length - sum(len(window.ids) for window in found)
        if not found or missing <= 0:
            return found
        (window,) = found
        attended = self._settings.attend_to_expansion
        return [
            TextWindow(
                np.concatenate([window.ids, np.full(missing, self._mask, np.int64)]),
                np.concatenate([window.attended, np.full(missing, attended)]),
                np.concatenate([window.kept, np.ones(missing, np.bool_)]),
                np.concatenate([window.spans, np.full((missing, 2), len(text), np.int32)]),
            )
        ]

    def _windows(
        self,
        ids: Int64[np.ndarray, " tokens"],
        spans: Int32[np.ndarray, "tokens 2"],
        before: list[int],
        room: int,
        wanted: Bool[np.ndarray, " tokens"],
    ) -> list[TextWindow]:
        inside = room - len(before) - len(self._after)
        found = []
        cut = windows(len(ids), inside, min(_OVERLAP, inside // 4))
        for number, window in enumerate(cut):
            part = slice(window.start, window.stop)
            kept = wanted[part].copy()
            kept[: window.first - window.start] = False
            kept[window.last - window.start :] = False
            opens, closes = number == 0, number == len(cut) - 1
            start = np.full((len(before) * opens, 2), spans[0, 0], np.int32)
            end = np.full((len(self._after) * closes, 2), spans[-1, 1], np.int32)
            every = np.concatenate([before, ids[part], self._after]).astype(np.int64)
            whole = np.concatenate(
                [np.full(len(before), opens), kept, np.full(len(self._after), closes)]
            )
            within = spans[part][kept]
            found.append(
                TextWindow(
                    every,
                    np.ones(len(every), np.bool_),
                    whole,
                    np.concatenate([start, within, end]),
                )
            )
        return found

    def _encode(
        self, text: str
    ) -> tuple[Int64[np.ndarray, " tokens"], Int32[np.ndarray, "tokens 2"]]:
        # Half a character cannot be written as UTF-8.
        found = self._tokenizer.encode(_SURROGATE.sub("\ufffd", text), add_special_tokens=False)
        ids, spans = np.array(found.ids, np.int64), np.array(found.offsets, np.int32).reshape(-1, 2)
        return ids, disjoint(spans)

    def _marker(self, prompt: str) -> list[int]:
        """One token where the vocabulary has the prompt as a whole, else those of its text."""
        for spelled in (prompt, prompt.strip()):
            found = self._tokenizer.token_to_id(spelled) if spelled else None
            if found is not None:
                return [int(found)]
        if not prompt:
            return []
        return [int(one) for one in self._tokenizer.encode(prompt, add_special_tokens=False).ids]
