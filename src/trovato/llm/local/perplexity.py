"""How likely a model finds a text."""

from __future__ import annotations

from typing import Any

from trovato.llm.local.tokenizer import PromptTokenizer


def mean_log_likelihood(model: Any, words: PromptTokenizer, text: str, window: int) -> float:
    """Mean natural logarithm of each token's probability, given those before it.

    The first token follows the start token; where the model has none, it is given. Of a longer
    text the first `window` tokens are read.

    Parameters
    ----------
    model
        A transformers causal language model.
    words
        Its tokenizer.
    text
        Any text.
    window
        Tokens that the model can read, at least 2.

    Returns
    -------
    0 for a text with nothing to predict.
    """
    import torch

    ids = words.of_text(text, opens=True)
    if words.start is not None:
        ids = [words.start, *ids]
    ids = ids[:window]
    if len(ids) < 2:
        return 0.0
    read = torch.tensor([ids], device=model.device)
    with torch.inference_mode():
        logits = model(input_ids=read[:, :-1], use_cache=False).logits[0].float()
    return -float(torch.nn.functional.cross_entropy(logits, read[0, 1:]))
