"""A small causal language model from scratch, with a score head and two projections."""

from __future__ import annotations

from typing import Any

from trovato.core import MissingExtraError
from trovato.train.forecast_lm.heads import add_heads


def build_network(words: int, hidden: int = 64, layers: int = 2, projection: int = 128) -> Any:
    """A small Qwen2 from scratch with the heads; weights follow torch's seed.

    Parameters
    ----------
    words
        Size of the vocabulary.
    hidden, layers
        Of the transformer.
    projection
        Size of the vectors that are contrasted.

    Raises
    ------
    MissingExtraError
        If torch or transformers is not installed.
    """
    try:
        import torch
        from transformers import Qwen2Config, Qwen2ForCausalLM
    except ImportError as error:
        raise MissingExtraError("torch", "models", "A forecasting language model") from error

    class Network(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.backbone = Qwen2ForCausalLM(
                Qwen2Config(
                    vocab_size=words,
                    hidden_size=hidden,
                    intermediate_size=2 * hidden,
                    num_hidden_layers=layers,
                    num_attention_heads=4,
                    num_key_value_heads=2,
                    max_position_embeddings=256,
                    tie_word_embeddings=True,
                )
            )
            add_heads(self, hidden, projection)

        def states(self, ids: Any, mask: Any) -> Any:
            """Last hidden states, (batch, length, hidden)."""
            return self.backbone.model(input_ids=ids, attention_mask=mask).last_hidden_state

        def logits(self, states: Any) -> Any:
            """Of the words that may follow."""
            return self.backbone.lm_head(states)

        def generate(self, ids: list[int], end: int, longest: int) -> list[int]:
            """What follows, the likeliest word each time, without the end."""
            written: list[int] = []
            while len(written) < longest:
                row = torch.tensor([ids + written])
                word = int(self.logits(self.states(row, torch.ones_like(row))[0, -1]).argmax())
                if word == end:
                    break
                written.append(word)
            return written

    return Network()
