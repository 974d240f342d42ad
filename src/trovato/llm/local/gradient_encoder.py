"""A text encoder in this process whose gradients can be had."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from trovato.core import PathLike
from trovato.core.shapes import Float32, Int64
from trovato.llm.local.weights.loading import fingerprint, load_encoder


class OpenEncoder:
    """A BERT-like encoder from a folder: the mean of its last layer, at length 1 (white box).

    Parameters
    ----------
    folder
        With config.json, safetensors and tokenizer.json.
    device
        "cpu", "cuda" and the like; by default a GPU where there is one.

    Raises
    ------
    MissingExtraError
        If torch or transformers is not installed.
    ModelUnavailableError
        If the encoder cannot be loaded.
    """

    def __init__(self, folder: PathLike, *, device: str | None = None) -> None:
        self._model, self._tokenizer = load_encoder(folder, device)
        self._table = self._model.get_input_embeddings().weight
        bare = self._tokenizer("a", add_special_tokens=False).input_ids
        whole = self._tokenizer("a").input_ids
        at = next(at for at in range(len(whole)) if whole[at : at + len(bare)] == bare)
        self._head, self._tail = whole[:at], whole[at + len(bare) :]
        # RoBERTa counts positions from 2.
        window = self._model.config.max_position_embeddings - 2
        self._room = window - len(self._head) - len(self._tail)

    @property
    def fingerprint(self) -> str:
        """Changes whenever the vectors would."""
        return fingerprint(self._model, self._tokenizer)

    @cached_property
    def words(self) -> Int64[np.ndarray, " words"]:
        """Tokens that are words: between spaces each of them is read as itself."""
        special = set(self._tokenizer.all_special_ids)
        ids = [number for number in range(len(self._tokenizer)) if number not in special]
        texts = [self._tokenizer.decode([number]).strip() for number in ids]
        read = self._tokenizer(texts, add_special_tokens=False).input_ids
        return np.array(
            [
                number
                for number, text, found in zip(ids, texts, read, strict=True)
                if text.isalpha() and found == [number]
            ],
            np.int64,
        )

    def ids(self, text: str) -> list[int]:
        """Tokens of a text, without special ones."""
        found: list[int] = self._tokenizer(text, add_special_tokens=False).input_ids
        return found

    def text(self, words: Sequence[int]) -> str:
        """Words with spaces between them."""
        return " ".join(self._tokenizer.decode([word]).strip() for word in words)

    def vectors(self, texts: Sequence[Sequence[int]]) -> Float32[np.ndarray, "texts dim"]:
        """Vectors of texts, given by their tokens; what is longer than the window is cut off."""
        import torch

        wholes = [self._whole(ids) for ids in texts]
        vectors = np.zeros((len(texts), self._table.shape[1]), np.float32)
        # Texts of one length are read together, so that none needs padding.
        for length in {len(whole) for whole in wholes}:
            places = [at for at, whole in enumerate(wholes) if len(whole) == length]
            together = torch.tensor([wholes[at] for at in places], device=self._table.device)
            with torch.inference_mode():
                vectors[places] = self._pooled(self._table[together]).cpu().numpy()
        return vectors

    def gains(
        self, ids: Sequence[int], place: int, target: Float32[np.ndarray, " dim"]
    ) -> Float32[np.ndarray, " vocabulary"]:
        """How much the cosine with a vector would rise, to first order, with another token there.

        Source: Ebrahimi et al. 2018 (HotFlip, arXiv 1712.06751), equation 10: the gradient at the
        token's embedding times the difference of the embeddings.

        Parameters
        ----------
        ids
            Tokens of a text.
        place
            The token that would be replaced; within the window.
        target
            A vector of length 1.

        Returns
        -------
        One number for each token of the vocabulary; 0 for the one that is there.
        """
        import torch

        embedded = self._table[self._whole(ids)].detach().clone().requires_grad_()
        cosine = self._pooled(embedded[None])[0] @ torch.tensor(target, device=embedded.device)
        (gradient,) = torch.autograd.grad(cosine, embedded)
        at = len(self._head) + place
        found = (self._table - embedded[at]) @ gradient[at]
        gains: Float32[np.ndarray, " vocabulary"] = found.detach().float().cpu().numpy()
        return gains

    def _whole(self, ids: Sequence[int]) -> list[int]:
        return [*self._head, *ids[: self._room], *self._tail]

    def _pooled(self, embedded: Any) -> Any:
        import torch

        mask = torch.ones(embedded.shape[:2], device=embedded.device)
        read = self._model(inputs_embeds=embedded, attention_mask=mask)
        return torch.nn.functional.normalize(read.last_hidden_state.mean(dim=1), dim=1)
