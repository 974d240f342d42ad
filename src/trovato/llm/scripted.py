"""A language model that says what it is told to: for tests of everything around a model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from trovato.core import AttentionMode, Completion, Decoding, InvalidInputError, Prompt
from trovato.ops.language.stop_strings import before_stop

# One token is a word with the white space before it.
_TOKEN = re.compile(r"\s*\S+|\s+\Z")

Script = Callable[[Prompt, AttentionMode], str]


class ScriptedModel:
    """A `trovato.core.LanguageModel` without a model.

    Parameters
    ----------
    script
        A function from a prompt and the way it is read to the text to write, or a table from the
        text of the last question to it. Must depend on nothing else.
    attentions
        The ways to read that the model declares.

    Attributes
    ----------
    asked
        Every prompt so far with the way it was read, oldest first.

    Examples
    --------
    >>> from trovato.core import Prompt, PromptBlock
    >>> model = ScriptedModel({"What is the capital?": "Paris."})
    >>> prompt = Prompt((PromptBlock("question", "What is the capital?"),))
    >>> model.complete([prompt])[0].text
    'Paris.'
    """

    def __init__(
        self,
        script: Script | Mapping[str, str],
        attentions: Sequence[AttentionMode] = ("causal", "sparse", "sparse-parallel"),
    ) -> None:
        self._script = script
        self._attentions = frozenset(attentions)
        self.asked: list[tuple[Prompt, AttentionMode]] = []

    @property
    def fingerprint(self) -> str:
        """The same for every script."""
        return "scripted"

    @property
    def attentions(self) -> frozenset[AttentionMode]:
        """As they were given."""
        return self._attentions

    def complete(
        self,
        prompts: Sequence[Prompt],
        decoding: Decoding = Decoding(),
        attention: AttentionMode = "causal",
    ) -> list[Completion]:
        """What the script says for each prompt.

        A token is a word, and the end of sequence is one more.

        Raises
        ------
        InvalidInputError
            If the attention is not declared, or the table does not have a question.
        """
        return [self._complete(prompt, decoding, attention) for prompt in prompts]

    def stream(
        self, prompt: Prompt, decoding: Decoding = Decoding(), attention: AttentionMode = "causal"
    ) -> Iterator[str]:
        """The same, word by word."""
        yield from _TOKEN.findall(self._complete(prompt, decoding, attention).text)

    def _complete(self, prompt: Prompt, decoding: Decoding, attention: AttentionMode) -> Completion:
        if attention not in self._attentions:
            raise InvalidInputError(
                f"this model reads {sorted(self._attentions)}, not {attention!r}"
            )
        self.asked.append((prompt, attention))
        said = self._say(prompt, attention)
        words = _TOKEN.findall(before_stop(said, decoding.stop))
        kept = words[: decoding.max_tokens]
        stopped = len(words) < decoding.max_tokens
        return Completion(
            "".join(kept),
            "stop" if stopped else "length",
            prompt_tokens=sum(len(_TOKEN.findall(segment.text)) for segment in prompt.segments),
            tokens=len(kept) + stopped,
        )

    def _say(self, prompt: Prompt, attention: AttentionMode) -> str:
        if callable(self._script):
            return self._script(prompt, attention)
        question = prompt.segments[-1].text
        if question not in self._script:
            raise InvalidInputError(f"the script has no answer to {question!r}: add one")
        return self._script[question]
