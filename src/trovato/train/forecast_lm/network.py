"""A causal language model with a score head and two projections."""

from __future__ import annotations

from typing import Any

from trovato.core import MissingExtraError


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
            self.norm = torch.nn.LayerNorm(hidden)
            self.score = torch.nn.Linear(hidden, 1)
            self.trend = torch.nn.Linear(hidden, projection)
            self.explanation = torch.nn.Linear(hidden, projection)
            torch.nn.init.zeros_(self.score.weight)
            torch.nn.init.zeros_(self.score.bias)

        def states(self, ids: Any, mask: Any) -> Any:
            """Last hidden states, (batch, length, hidden)."""
            return self.backbone.model(input_ids=ids, attention_mask=mask).last_hidden_state

        def residual(self, state: Any) -> Any:
            """What is added to the base, from the state of the score's token."""
            return self.score(self.norm(state)).squeeze(-1)

        def project(self, state: Any, which: str) -> Any:
            """A vector of length 1 of a trend or an explanation."""
            return torch.nn.functional.normalize(getattr(self, which)(state), dim=-1)

    return Network()
