"""A text backbone with its projections, as one torch module."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def text_network(backbone: Any, projections: Sequence[tuple[Any, Any, str]]) -> Any:
    """A module from ids and attention mask `(texts, tokens)` to vectors `(texts, tokens, dim)`.

    Parameters
    ----------
    backbone
        A model of transformers.
    projections
        Matrix `(outputs, inputs)`, bias or None, and a class of `torch.nn`, of each linear layer.
    """
    import torch
    from torch import nn
    from torch.nn import functional

    class TextNetwork(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.backbone = backbone
            layers: list[Any] = []
            for weight, bias, activation in projections:
                layer = nn.Linear(weight.shape[1], weight.shape[0], bias=bias is not None)
                with torch.no_grad():
                    layer.weight.copy_(weight)
                    if bias is not None:
                        layer.bias.copy_(bias)
                layers.append(layer)
                if activation != "Identity":
                    layers.append(getattr(nn, activation)())
            self.projection = nn.Sequential(*layers)

        def forward(self, ids: Any, attended: Any) -> Any:
            hidden = self.backbone(input_ids=ids, attention_mask=attended).last_hidden_state
            return functional.normalize(self.projection(hidden), dim=-1)

    return TextNetwork()
