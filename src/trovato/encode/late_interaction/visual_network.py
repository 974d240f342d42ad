"""A vision language model with its projection, as one torch module."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from trovato.core import MissingExtraError, ModelUnavailableError, PathLike
from trovato.encode.late_interaction.checkpoint import put_weights, read_weights, renamed
from trovato.encode.late_interaction.eagle import eagle_backbone
from trovato.encode.late_interaction.families import FamilyFolder

# Parts of backbones that late interaction does not use.
_UNUSED = r"^vision_(?:tower|model)\.head\.|position_ids$|rotary_emb\.inv_freq$"


def load_visual_network(
    folder: Path, base: PathLike | None, model: FamilyFolder, device: str, dtype: str
) -> Any:
    """A module from ids and inputs of pages to vectors of length 1.

    Parameters
    ----------
    folder, base
        Of the weights, and of those that an adapter belongs to.
    model
        Family, backbone and settings.
    device, dtype
        As torch calls them.

    Raises
    ------
    MissingExtraError
        If the extra `models` is not installed.
    ModelUnavailableError
        If the weights do not fit the settings.
    """
    try:
        import torch
        import transformers
        from huggingface_hub.errors import StrictDataclassError
    except ImportError as error:
        raise MissingExtraError("transformers", "models", "a late-interaction model") from error
    weights = read_weights(folder, base)
    projection = _projection(weights, model.family.projections, folder)
    try:
        if model.backbone.name == "Eagle":
            backbone = eagle_backbone(model.config)
        else:
            config = getattr(transformers, f"{model.backbone.name}Config").from_dict(model.config)
            if model.family.bidirectional:
                config.text_config.is_causal = False
            backbone = getattr(transformers, f"{model.backbone.name}Model")._from_config(config)
    except (ValueError, TypeError, KeyError, StrictDataclassError) as error:
        raise ModelUnavailableError(f"{folder}/config.json cannot be used: {error}") from error
    put_weights(backbone, renamed(weights, model.backbone.renames), folder, ignored=_UNUSED)
    if not model.family.final_norm:
        backbone.language_model.norm = torch.nn.Identity()
    width = int(backbone.get_input_embeddings().weight.shape[1])
    network = visual_network(backbone, projection, width)
    return network.to(device, getattr(torch, dtype)).eval()


def visual_network(backbone: Any, projection: tuple[Any, Any] | None, width: int) -> Any:
    """The module of a backbone and the matrix and bias of its projection, if it has one."""
    from torch import nn
    from torch.nn import functional

    class VisualNetwork(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.backbone = backbone
            self.projection = nn.Identity()
            self.dim = width
            if projection is not None:
                weight, bias = projection
                self.dim = len(weight)
                self.projection = nn.Linear(width, self.dim, bias=bias is not None)
                self.projection.load_state_dict(
                    {"weight": weight} | ({} if bias is None else {"bias": bias})
                )

        def forward(self, ids: Any, inputs: dict[str, Any]) -> Any:
            kind = next(self.backbone.parameters()).dtype
            moved = {
                name: value.to(kind) if value.is_floating_point() else value
                for name, value in inputs.items()
            }
            mask = ids.new_ones(ids.shape)
            hidden = self.backbone(
                input_ids=ids, attention_mask=mask, use_cache=False, **moved
            ).last_hidden_state
            return functional.normalize(self.projection(hidden), dim=-1)

    return VisualNetwork()


def _projection(
    weights: dict[str, Any], names: tuple[str, ...], folder: Path
) -> tuple[Any, Any] | None:
    """Matrix and bias, or None for families without a projection."""
    if not names:
        return None
    for name in names:
        if f"{name}.weight" in weights:
            return weights[f"{name}.weight"], weights.get(f"{name}.bias")
    raise ModelUnavailableError(f"{folder} lacks the projection; looked for {', '.join(names)}")
