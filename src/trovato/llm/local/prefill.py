"""Reading a prompt: all at once, or each document by itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from trovato.core import InvalidInputError
from trovato.core.shapes import Bool, Int32, Int64
from trovato.llm.local.kv_cache import KVCache, KVCacheMemory, join, stack
from trovato.llm.local.model_support import cache_argument
from trovato.llm.local.prompt_tokens import PromptTokens
from trovato.ops.language.attention_mask import INSTRUCTIONS, PADDING, QUESTION, document_mask

# Documents that are read together have at most so many tokens, padding included.
_BATCH_TOKENS = 2048

Positions = Int64[np.ndarray, " tokens"]


@dataclass(frozen=True, slots=True)
class Prefill:
    """A prompt that was read.

    Parameters
    ----------
    cache
        A transformers cache of one row: keys and values of its tokens, in the order of the prompt.
        Grows as the answer is written.
    logits
        Torch tensor `(vocabulary,)`: scores of the next token.
    position
        Where the next token stands.
    """

    cache: Any
    logits: Any
    position: int

    @property
    def states(self) -> KVCache:
        """Of all tokens so far."""
        return KVCache.of_row(self.cache, 0, 0, self.cache.get_seq_length())


def additive(mask: Bool[np.ndarray, "*batch rows columns"], model: Any) -> Any:
    """A mask to add to attention scores: 0 where a row reads a column, the least number elsewhere.

    Returns a torch tensor `(batch, 1, rows, columns)` of the model's type, on its device.
    """
    import torch

    read = torch.from_numpy(mask.reshape(-1, 1, *mask.shape[-2:])).to(model.device)
    least = torch.finfo(model.dtype).min
    return torch.zeros(read.shape, dtype=model.dtype, device=model.device).masked_fill(~read, least)


def forward(model: Any, ids: Any, positions: Any, mask: Any, cache: Any) -> Any:
    """Scores of the token after the last one of each row; `cache` grows by what was read.

    Parameters
    ----------
    model
        A transformers causal language model.
    ids, positions
        Integer arrays `(rows, tokens)`.
    mask
        As `additive` makes it, or None for causal attention without padding.
    cache
        A transformers cache of what stands before.

    Raises
    ------
    InvalidInputError
        If the mask is boolean: the eager implementation adds it to the scores as 0 and 1, which
        hides nothing, and says nothing.
    """
    import torch

    if mask is not None and not mask.is_floating_point():
        raise InvalidInputError(
            "a boolean mask hides nothing from eager attention: make it with `additive`"
        )
    with torch.inference_mode():
        return model(
            input_ids=torch.as_tensor(ids, device=model.device),
            position_ids=torch.as_tensor(positions, device=model.device),
            attention_mask=mask,
            use_cache=True,
            logits_to_keep=1,
            **{cache_argument(model): cache},
        ).logits[:, -1]


def read_at_once(
    model: Any,
    tokens: PromptTokens,
    positions: Positions,
    mask: Bool[np.ndarray, "tokens tokens"] | None,
) -> Prefill:
    """Reads a prompt in one pass, with a dense mask or, where it is None, causally."""
    from transformers import DynamicCache

    cache = DynamicCache()
    adds = None if mask is None else additive(mask, model)
    logits = forward(model, tokens.ids[None], positions[None], adds, cache)[0]
    return Prefill(cache, logits, int(positions.max()) + 1)


def read_apart(
    model: Any, tokens: PromptTokens, positions: Positions, memory: KVCacheMemory, name: str
) -> Prefill:
    """Reads instructions, then each document after them by itself, then the question after all.

    What attention under the document mask gives, for the cost of the documents alone, and without
    reading again what was read before. A prompt in any other order is read at once.

    Parameters
    ----------
    model
        A transformers causal language model.
    tokens, positions
        Of the prompt.
    memory
        Keeps the states of instructions and documents.
    name
        Of the model, its type of numbers and its attention: states of another are never used.
    """
    documents = np.flatnonzero(tokens.blocks >= 0)
    if not _in_order(tokens.blocks):
        return read_at_once(model, tokens, positions, document_mask(tokens.blocks))
    if not len(documents):
        return read_at_once(model, tokens, positions, None)
    border, end = int(documents[0]), int(documents[-1]) + 1
    numbers = list(dict.fromkeys(tokens.blocks[border:end].tolist()))
    places = [np.flatnonzero(tokens.blocks == number) for number in numbers]
    prefix = np.arange(border)
    keys = [_key(name, tokens, positions, prefix, at) for at in places]
    states = [memory.get(key) for key in keys]
    missing = [at for at, found in enumerate(states) if found is None]
    before = _read_prefix(model, tokens, positions, prefix, memory, name) if border else None
    for batch in _batches([len(places[at]) for at in missing]):
        chosen = [missing[at] for at in batch]
        read = _read_documents(model, tokens, positions, before, [places[at] for at in chosen])
        for at, one in zip(chosen, read, strict=True):
            states[at] = one
            memory.put(keys[at], one)
    parts = [part for part in (before, *states) if part is not None]
    order = np.concatenate([prefix, *places])
    rises = bool(np.all(np.diff(order) > 0))
    cache = join(parts, None if rises else np.argsort(order).tolist())
    mask = np.tri(len(tokens) - end, len(tokens), end, dtype=np.bool_)
    logits = forward(
        model, tokens.ids[None, end:], positions[None, end:], additive(mask, model), cache
    )[0]
    return Prefill(cache, logits, int(positions.max()) + 1)


def _in_order(blocks: Int32[np.ndarray, " tokens"]) -> bool:
    """Whether instructions come first, then documents, then the question."""
    kinds = np.select([blocks == INSTRUCTIONS, blocks == QUESTION], [0, 2], 1)
    return bool(np.all(np.diff(kinds) >= 0)) and int(blocks[-1]) == QUESTION


def _key(
    name: str,
    tokens: PromptTokens,
    positions: Positions,
    prefix: Int64[np.ndarray, " prefix"],
    places: Int64[np.ndarray, " places"],
) -> bytes:
    """Names everything that the states of the tokens at `places` depend on."""
    found = hashlib.sha256(name.encode())
    for at in (prefix, places):
        found.update(len(at).to_bytes(8, "little"))
        found.update(tokens.ids[at].tobytes())
        found.update(positions[at].tobytes())
    return found.digest()


def _read_prefix(
    model: Any,
    tokens: PromptTokens,
    positions: Positions,
    prefix: Int64[np.ndarray, " prefix"],
    memory: KVCacheMemory,
    name: str,
) -> KVCache:
    from transformers import DynamicCache

    key = _key(name, tokens, positions, prefix, prefix[:0])
    found = memory.get(key)
    if found is None:
        cache = DynamicCache()
        forward(model, tokens.ids[None, prefix], positions[None, prefix], None, cache)
        found = KVCache.of_row(cache, 0, 0, len(prefix))
        memory.put(key, found)
    return found


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Places of neighbours that are read together, longest first so that little is padding."""
    batch: list[int] = []
    longest = 0
    for at in sorted(range(len(lengths)), key=lambda at: -lengths[at]):
        if batch and (len(batch) + 1) * longest > _BATCH_TOKENS:
            yield batch
            batch = []
        if not batch:
            longest = lengths[at]
        batch.append(at)
    if batch:
        yield batch


def _read_documents(
    model: Any,
    tokens: PromptTokens,
    positions: Positions,
    before: KVCache | None,
    places: Sequence[Int64[np.ndarray, " _"]],
) -> list[KVCache]:
    """The states of documents of which each is a row: after the instructions, padded at the end."""
    from transformers import DynamicCache

    border = before.tokens if before else 0
    longest = max(len(at) for at in places)
    ids = np.zeros((len(places), longest), np.int64)
    stands = np.zeros((len(places), longest), np.int64)
    blocks = np.full((len(places), border + longest), PADDING, np.int32)
    blocks[:, :border] = INSTRUCTIONS
    for row, at in enumerate(places):
        ids[row, : len(at)] = tokens.ids[at]
        stands[row, : len(at)] = positions[at]
        blocks[row, border : border + len(at)] = 0
    mask = np.stack([document_mask(row)[border:] for row in blocks])
    cache = stack([before] * len(places)) if before else DynamicCache()
    forward(model, ids, stands, additive(mask, model), cache)
    return [
        KVCache.of_row(cache, row, border, border + len(at)).copy() for row, at in enumerate(places)
    ]
