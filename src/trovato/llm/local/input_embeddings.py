"""Texts as one vector each, as the model's first layer sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from trovato.core.shapes import Float32
from trovato.llm.local.tokenizer import PromptTokenizer


def mean_embeddings(
    model: Any, words: PromptTokenizer, texts: Sequence[str]
) -> Float32[np.ndarray, "texts dim"]:
    """Mean of the input embeddings of each text's tokens; zeros for a text without tokens.

    Source: Dekel et al. 2026 (arXiv 2602.04711), section 6, the generator's space.

    Parameters
    ----------
    model
        A transformers causal language model.
    words
        Its tokenizer.
    texts
        Any texts.
    """
    import torch

    table = model.get_input_embeddings()
    vectors = np.zeros((len(texts), table.embedding_dim), np.float32)
    for row, text in zip(vectors, texts, strict=True):
        ids = words.of_text(text, opens=True)
        if ids:
            with torch.inference_mode():
                found = table(torch.tensor(ids, device=model.device)).float().mean(dim=0)
            row[:] = found.cpu().numpy()
    return vectors
