"""Writing: one token after the other, for several prompts at a time."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

import numpy as np

from trovato.core import Completion, Decoding, generator
from trovato.core.shapes import Float32
from trovato.llm.local.kv_cache import stack
from trovato.llm.local.prefill import Prefill, additive, forward
from trovato.llm.local.prompt_tokens import PromptTokens
from trovato.llm.local.tokenizer import PromptTokenizer
from trovato.ops.language.stop_strings import before_stop
from trovato.ops.language.token_sampling import top_p_distribution

Choose = Callable[[Float32[np.ndarray, " tokens"]], int]
Ends = Callable[[int], bool]


def sampler(decoding: Decoding, tokens: PromptTokens) -> Choose:
    """How the next token is taken from scores.

    Draws follow from the seed and the prompt alone, so neighbours in a batch change nothing.
    """
    if decoding.temperature == 0:
        return lambda logits: int(logits.argmax())
    random = generator(decoding.seed, hashlib.sha256(tokens.ids.tobytes()).hexdigest())

    def draw(logits: Float32[np.ndarray, " tokens"]) -> int:
        probabilities = top_p_distribution(logits, decoding.temperature, decoding.top_p)
        return int(random.choice(len(probabilities), p=probabilities))

    return draw


def ending(stop: Sequence[str], tokens: Collection[int], words: PromptTokenizer) -> Ends:
    """Tells of each token of one answer, in order, whether the answer ends with it.

    It does at a token of `tokens`, and where one of the strings `stop` is complete. Only as many of
    the last tokens are read as such a string can have, so that time grows with the length.
    """
    if not stop:
        return tokens.__contains__
    # A token stands for a byte or more, of which a character has up to four.
    tail: deque[int] = deque(maxlen=4 * max(map(len, stop)) + 4)

    def ends(token: int) -> bool:
        tail.append(token)
        return token in tokens or any(one in words.text([*tail]) for one in stop)

    return ends


def completion(
    read: PromptTokens,
    written: list[int],
    words: PromptTokenizer,
    tokens: Collection[int],
    stop: Sequence[str],
) -> Completion:
    """What was written, up to the first of the strings `stop`; `tokens` end a sequence."""
    whole = words.text(written)
    text = before_stop(whole, stop)
    return Completion(
        text,
        "stop" if written[-1] in tokens or text != whole else "length",
        prompt_tokens=len(read),
        tokens=len(written),
        trimmed=read.trimmed,
    )


def generate(
    model: Any,
    prefills: Sequence[Prefill],
    choose: Sequence[Choose],
    ends: Sequence[Ends],
    max_tokens: int,
) -> Iterator[list[int | None]]:
    """The next token of each prompt, step by step until all are finished.

    Parameters
    ----------
    model
        A transformers causal language model.
    prefills, choose, ends
        For each prompt, what was read, how the next token is taken, and whether it is the last one,
        which is given out too. What was read is used up.
    max_tokens
        At most so many for each prompt.

    Yields
    ------
    list
        A token for each prompt, None where it has ended.
    """
    import torch

    rows = len(prefills)
    lengths = np.array([prefill.states.tokens for prefill in prefills])
    longest = int(lengths.max())
    positions = np.array([[prefill.position] for prefill in prefills])
    cache: Any = None
    mask: Any = None
    logits = torch.stack([prefill.logits for prefill in prefills])
    ended = [False] * rows
    for step in range(max_tokens):
        scores = logits.float().cpu().numpy()
        taken = [None if ended[row] else choose[row](scores[row]) for row in range(rows)]
        yield taken
        ended = [token is None or end(token) for token, end in zip(taken, ends, strict=True)]
        if all(ended) or step + 1 == max_tokens:
            return
        if cache is None:
            states = [prefill.states for prefill in prefills]
            cache = prefills[0].cache if rows == 1 else stack(states)
            if lengths.min() < longest:
                columns = np.arange(longest + max_tokens)
                real = columns >= (longest - lengths)[:, None]
                mask = additive(real[:, None, :], model)
        ids = np.array([[token or 0] for token in taken])
        seen = None if mask is None else mask[..., : longest + step + 1]
        logits = forward(model, ids, positions + step, seen, cache)
