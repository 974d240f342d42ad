"""A merged LoRA adapter against one that runs beside the layers that it changes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from trovato.core import ModelUnavailableError, Prompt
from trovato.llm import LocalModel

RANK, ALPHA = 3, 12
MODULES = ("self_attn.q_proj", "self_attn.v_proj", "mlp.down_proj")
PROMPT = Prompt.of("Who?", ["The miller."], "Answer.")

pytestmark = pytest.mark.needs("torch")


def write_adapter(folder: Path, base: Path, **config: object) -> Path:
    """An adapter as peft writes it, with random matrices."""
    import torch
    from safetensors.torch import save_file

    model = LocalModel(base)._model
    draw = torch.Generator().manual_seed(7)
    tensors = {}
    for name, layer in model.named_modules():
        if name.endswith(MODULES):
            path = f"base_model.model.{name}"
            tensors[f"{path}.lora_A.weight"] = torch.randn(RANK, layer.in_features, generator=draw)
            tensors[f"{path}.lora_B.weight"] = torch.randn(layer.out_features, RANK, generator=draw)
    folder.mkdir()
    save_file(tensors, folder / "adapter_model.safetensors")
    settings = {"peft_type": "LORA", "r": RANK, "lora_alpha": ALPHA} | config
    settings["base_model_name_or_path"] = "owner/base"
    (folder / "adapter_config.json").write_text(json.dumps(settings))
    return folder


def beside(base: Path, folder: Path, scale: float) -> LocalModel:
    """The base, with what the adapter adds computed apart from its weights."""
    from safetensors.torch import load_file

    opened = LocalModel(base)
    tensors = load_file(folder / "adapter_model.safetensors")
    for name, layer in opened._model.named_modules():
        down = tensors.get(f"base_model.model.{name}.lora_A.weight")
        up = tensors.get(f"base_model.model.{name}.lora_B.weight")
        if down is not None and up is not None:
            layer.register_forward_hook(
                lambda _, given, out, down=down, up=up: out + scale * (given[0] @ down.T @ up.T)
            )
    return opened


@pytest.mark.parametrize("stabilised", [False, True])
def test_a_merged_adapter_equals_one_beside_the_layers(
    folders: dict[str, Path], tmp_path: Path, stabilised: bool
) -> None:
    base = folders["llama"]
    folder = write_adapter(tmp_path / "adapter", base, use_rslora=stabilised)
    scale = ALPHA / (RANK**0.5 if stabilised else RANK)
    merged, apart = LocalModel(base, adapter=folder), beside(base, folder, scale)
    tokens = merged.tokenise(PROMPT)
    ours, theirs = (
        model.read(tokens, "sparse").logits.float().numpy() for model in (merged, apart)
    )
    np.testing.assert_allclose(ours, theirs, atol=1e-4 * np.abs(theirs).max())
    plain = LocalModel(base)
    assert np.abs(ours - plain.read(tokens, "sparse").logits.numpy()).max() > 0.01
    assert merged.fingerprint != plain.fingerprint


def test_what_is_no_adapter_of_the_model_is_told(folders: dict[str, Path], tmp_path: Path) -> None:
    base = folders["llama"]
    folder = write_adapter(tmp_path / "adapter", base)
    with pytest.raises(ModelUnavailableError, match=r"adapter of owner/base: .*--adapter"):
        LocalModel(folder)
    with pytest.raises(ModelUnavailableError, match="holds no adapter"):
        LocalModel(base, adapter=tmp_path)
    other = write_adapter(tmp_path / "dora", base, use_dora=True)
    with pytest.raises(ModelUnavailableError, match="with DoRA"):
        LocalModel(base, adapter=other)
    (folder / "adapter_model.safetensors").write_bytes(b"cut")
    with pytest.raises(ModelUnavailableError, match="safetensors alone"):
        LocalModel(base, adapter=folder)
