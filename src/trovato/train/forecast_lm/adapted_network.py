"""A pretrained language model whose last layers learn by LoRA; the layers below never change.

Source: Hu et al. 2022 (LoRA: low-rank adaptation of large language models), with adapters beside
all linear maps of the adapted layers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from trovato.core import InvalidInputError
from trovato.llm.local.model_support import cache_argument
from trovato.train.forecast_lm.heads import add_heads


@dataclass(frozen=True, slots=True)
class AdapterSettings:
    """What is learned beside a pretrained model.

    Parameters
    ----------
    layers
        How many of the model's layers are used, from below; 0 for all.
    adapted
        How many of these, the last ones, have adapters.
    rank, alpha, dropout
        Of LoRA.
    projection
        Size of the vectors that are contrasted.
    """

    layers: int = 0
    adapted: int = 2
    rank: int = 16
    alpha: float = 32.0
    dropout: float = 0.05
    projection: int = 128


def adapt_network(model: Any, settings: AdapterSettings = AdapterSettings()) -> Any:
    """A pretrained model of the Llama or Qwen family with adapters and heads.

    What the layers below the adapted ones make of a text is kept while the network is in training,
    and so computed once. Only adapters and heads are parameters.

    Parameters
    ----------
    model
        As transformers loads it. It is changed: hooks add the adapters.
    settings
        Of the adapters.

    Raises
    ------
    InvalidInputError
        If the model has fewer layers than are adapted.
    """
    import torch
    from transformers import DynamicCache

    layers = model.model.layers[: settings.layers or None]
    if not 0 < settings.adapted <= len(layers):
        raise InvalidInputError(
            f"1 to {len(layers)} layers of this model can be adapted, got {settings.adapted}"
        )
    model.requires_grad_(False)
    below, above = layers[: -settings.adapted], layers[-settings.adapted :]
    argument = cache_argument(model)

    class Network(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.adapters = torch.nn.ModuleList(
                _adapter(linear, settings)
                for layer in above
                for linear in layer.modules()
                if isinstance(linear, torch.nn.Linear)
            )
            add_heads(self, model.config.hidden_size, settings.projection)
            self._kept: dict[tuple[int, ...], Any] = {}
            self.settings = settings

        def pretrained(self) -> Any:
            """The model that is adapted, which is no part of this module's weights."""
            return model

        def states(self, ids: Any, mask: Any) -> Any:
            """Last hidden states, (batch, length, hidden); texts are padded on the right."""
            if self.training:
                lower = torch.zeros(*ids.shape, model.config.hidden_size)
                for row, (one, length) in enumerate(zip(ids, mask.sum(1).tolist(), strict=True)):
                    lower[row, :length] = self._lower(tuple(one[:length].tolist()))
            else:
                lower = self._through(below, model.model.embed_tokens(ids))
            return model.model.norm(self._through(above, lower))

        def logits(self, states: Any) -> Any:
            """Of the tokens that may follow."""
            return model.lm_head(states)

        def generate(self, ids: list[int], end: int, longest: int) -> list[int]:
            """What follows, the likeliest token each time, without the end."""
            written: list[int] = []
            kept, row, first = DynamicCache(), torch.tensor([ids]), 0
            while len(written) < longest:
                states = self._through(layers, model.model.embed_tokens(row), first, kept)
                token = int(self.logits(model.model.norm(states[0, -1])).argmax())
                if token == end:
                    break
                written.append(token)
                first, row = first + row.shape[1], torch.tensor([[token]])
            return written

        def _lower(self, ids: tuple[int, ...]) -> Any:
            if ids not in self._kept:
                with torch.no_grad():
                    states = model.model.embed_tokens(torch.tensor([ids]))
                    self._kept[ids] = self._through(below, states)[0]
            return self._kept[ids]

        def _through(self, some: Any, states: Any, first: int = 0, kept: Any = None) -> Any:
            places = torch.arange(first, first + states.shape[1])[None]
            turned = model.model.rotary_emb(states, places)
            for layer in some:
                given = {} if kept is None else {argument: kept, "use_cache": True}
                out = layer(states, position_embeddings=turned, position_ids=places, **given)
                states = out[0] if isinstance(out, tuple) else out
            return states

    return Network()


def _adapter(linear: Any, settings: AdapterSettings) -> Any:
    """Two thin matrices beside a linear map, the second of which begins at 0."""
    import torch

    down = torch.nn.Linear(linear.in_features, settings.rank, bias=False)
    up = torch.nn.Linear(settings.rank, linear.out_features, bias=False)
    torch.nn.init.zeros_(up.weight)
    adapter = torch.nn.Sequential(torch.nn.Dropout(settings.dropout), down, up)
    scale = settings.alpha / settings.rank
    linear.register_forward_hook(lambda _, given, out: out + scale * adapter(given[0]))
    return adapter
