"""Low-rank adapters (LoRA) merged into the weights that they change."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from trovato.core import ModelUnavailableError

# Tensors by name.
Weights = dict[str, Any]
_LORA = re.compile(r"(?:base_model\.model\.)?(.+)\.lora_([AB])(?:\.default)?\.weight")
_MODULE = re.compile(r"(?:base_model\.model\.)?(.+?)(?:\.modules_to_save(?:\.default)?)?\.(\w+)")


def merge_lora(base: Weights, adapter: Weights, config: Mapping[str, Any]) -> Weights:
    """The base with the weights that an adapter changes; see `lora_weights`."""
    return base | dict(lora_weights(base, adapter, config))


def lora_weights(
    base: Mapping[str, Any], adapter: Weights, config: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    """W + (α / r) B A for each pair of adapter matrices; other tensors take the base's place.

    One weight after the other, so that no more than one is in memory twice.

    Source: Hu et al., "LoRA: low-rank adaptation of large language models", 2022, section 4.1; with
    `use_rslora`, α / √r.

    Parameters
    ----------
    base
        Tensors by name.
    adapter
        As the library peft names them.
    config
        `adapter_config.json`: `r`, `lora_alpha`, and patterns of them.

    Raises
    ------
    ModelUnavailableError
        If it adapts what the base lacks, or it is another kind of adapter.
    """
    if config.get("peft_type", "LORA") != "LORA" or config.get("use_dora"):
        raise ModelUnavailableError(
            f"adapters are merged where they are plain LoRA, got {config.get('peft_type')!r}"
            f"{' with DoRA' if config.get('use_dora') else ''}: merge it with peft first"
        )
    pairs: dict[str, Weights] = {}
    for name, value in adapter.items():
        if found := _LORA.fullmatch(name):
            pairs.setdefault(found[1], {})[found[2]] = value
        elif "lora_" in name or config.get("fan_in_fan_out"):
            raise ModelUnavailableError(
                f"the adapter has {name}, and only those of plain linear layers are merged: merge "
                "it with peft first"
            )
        elif found := _MODULE.fullmatch(name):
            yield f"{found[1]}.{found[2]}", value
    for module, pair in pairs.items():
        target = f"{module}.weight"
        if target not in base or set(pair) != {"A", "B"}:
            raise ModelUnavailableError(f"the adapter changes {target}, which the base lacks")
        rank = len(pair["A"])
        alpha = _of(config, "alpha_pattern", module, float(config["lora_alpha"]))
        scale = alpha / (math.sqrt(rank) if config.get("use_rslora") else rank)
        weight = base[target]
        change = scale * (pair["B"].float() @ pair["A"].float())
        if change.shape != weight.shape:
            raise ModelUnavailableError(
                f"the adapter changes {target} by {tuple(change.shape)}, got a base of "
                f"{tuple(weight.shape)}: give the model that it was made for"
            )
        change = change.to(weight.device)
        yield target, (weight.float() + change).to(weight.dtype)


def _of(config: Mapping[str, Any], pattern: str, module: str, default: float) -> float:
    for name, value in (config.get(pattern) or {}).items():
        if re.search(rf"(^|\.){name}$", module):
            return float(value)
    return default
