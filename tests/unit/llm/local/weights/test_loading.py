"""Models that are absent, broken or strange are refused with what to do."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trovato.core import (
    Decoding,
    InvalidInputError,
    MissingExtraError,
    ModelUnavailableError,
    Prompt,
)
from trovato.llm import LocalModel
from trovato.llm.local import model as module
from trovato.llm.local.model_support import cache_argument
from trovato.llm.local.prefill import forward
from trovato.testing.models.tiny_llm import save_tiny_llm, tiny_model, tiny_tokenizer

pytestmark = pytest.mark.needs("torch")

PROMPT = Prompt.of("who?", ["one", "two"], "be brief")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_tiny_llm(tmp_path_factory.mktemp("tiny") / "model")


def configure(**changes: object) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / "config.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))

    return change


def cut(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:5000])


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda folder: (folder / "tokenizer.json").unlink(), "cannot load the tokenizer"),
        (lambda folder: (folder / "tokenizer.json").write_text("{"), "cannot load the tokenizer"),
        (lambda folder: (folder / "model.safetensors").unlink(), "no file named model.safetensors"),
        (lambda folder: (folder / "config.json").write_text("{"), "not a valid JSON"),
        (lambda folder: (folder / "config.json").unlink(), "must hold config.json"),
        (cut, "incomplete metadata"),
        (configure(num_hidden_layers=3), "9 are absent"),
        (configure(vocab_size=200), "cannot load a language model"),
        (configure(auto_map={"AutoConfig": "evil.Config"}, model_type="evil"), "cannot load"),
    ],
    ids=[
        "no-tokenizer", "tokenizer", "no-weights", "config", "no-config", "cut", "layer", "shape",
        "code",
    ],
)  # fmt: skip
def test_a_broken_folder(
    damage: Callable[[Path], None], message: str, folder: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(folder, broken)
    (broken / "evil.py").write_text("raise SystemExit('this code was run')")
    damage(broken)
    with pytest.raises(ModelUnavailableError, match=message):
        LocalModel(broken)


def test_no_such_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelUnavailableError, match="there is no folder"):
        LocalModel(tmp_path / "nowhere")
    with pytest.raises(ModelUnavailableError, match="fetch the model first") as error:
        LocalModel("someone/some-model")
    assert "huggingface.co" not in str(error.value)  # nobody asked it


@pytest.mark.parametrize("package", ["torch", "transformers"])
def test_absent_packages_name_the_extra(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=r"trovato\[models\]"):
        LocalModel("anything")


def test_torch_is_loaded_on_first_use() -> None:
    script = (
        "import sys, trovato, trovato.llm, trovato.__main__\n"
        "try: trovato.__main__.main(['--help'])\n"
        "except SystemExit: pass\n"
        "assert not {'torch', 'transformers', 'tokenizers'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_fingerprint_follows_what_changes_answers(folder: Path, tmp_path: Path) -> None:
    first = LocalModel(folder).fingerprint
    assert LocalModel(folder).fingerprint == first
    others = [
        LocalModel(save_tiny_llm(tmp_path / "seed", seed=1)),
        LocalModel(save_tiny_llm(tmp_path / "plain", chat_template=None)),
        LocalModel(save_tiny_llm(tmp_path / "config", rms_norm_eps=1e-3)),
        LocalModel(folder, attention_implementation="eager"),
        LocalModel(folder, dtype="bfloat16"),
    ]
    assert len({first, *(other.fingerprint for other in others)}) == 6


@pytest.mark.parametrize(
    ("family", "changes", "window"),
    [
        ("llama", {}, 512),
        ("mistral", {"sliding_window": 64}, 64),
        ("mistral", {"sliding_window": None}, 512),
        (
            "llama",
            {
                "rope_parameters": {
                    "rope_type": "longrope",
                    "rope_theta": 10000.0,
                    "factor": 8.0,
                    "short_factor": [1.0] * 4,
                    "long_factor": [4.0] * 4,
                    "original_max_position_embeddings": 64,
                }
            },
            64,
        ),
        ("qwen2", {"sliding_window": 64}, 512),
        ("qwen2", {"sliding_window": 64, "use_sliding_window": True, "max_window_layers": 1}, 64),
        ("qwen2", {"sliding_window": 64, "use_sliding_window": True, "max_window_layers": 2}, 512),
    ],
)  # fmt: skip
def test_the_window_ends_where_attention_slides_or_positions_are_scaled(
    family: str, changes: dict[str, Any], window: int, tmp_path: Path
) -> None:
    model = LocalModel(save_tiny_llm(tmp_path / "model", family, **changes))
    prompt = Prompt.of("who?", ["one " * 300, "two"])
    done = model.complete([prompt], Decoding(max_tokens=5), "sparse")[0]
    assert done.prompt_tokens == window - 5
    assert [trim.tokens for trim in done.trimmed] == [1200]


def test_a_layer_that_is_no_attention_is_refused(tmp_path: Path) -> None:
    folder = save_tiny_llm(
        tmp_path / "model", "qwen2", layer_types=["full_attention", "linear_attention"]
    )
    with pytest.raises(ModelUnavailableError, match="linear_attention"):
        LocalModel(folder)


def test_an_unknown_family_is_checked_once_it_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = save_tiny_llm(tmp_path / "gpt2", "gpt2", n_embd=32, n_layer=2, n_head=4)
    assert "sparse" in LocalModel(folder).attentions
    # The same model where the mask is forgotten.
    monkeypatch.setattr(module, "document_mask", lambda blocks: None)
    leaking = LocalModel(folder)
    assert leaking.attentions == {"causal"}
    with pytest.raises(InvalidInputError, match="editing document 0 changes document 1"):
        leaking.complete([PROMPT], Decoding(2), "sparse")
    assert leaking.complete([PROMPT], Decoding(2))[0].tokens == 2


def test_a_cache_goes_under_the_name_that_the_model_gives_it() -> None:
    import torch
    from transformers import DynamicCache

    class Named:
        """A model as transformers had them before and since it renamed the cache."""

        device = torch.device("cpu")

        def __init__(self, forward: Callable[..., Any]) -> None:
            self.forward = forward

        def __call__(self, **given: Any) -> Any:
            return self.forward(**given)

    model = tiny_model().eval()
    name = cache_argument(model)

    def read(cache: Any, given: dict[str, Any]) -> Any:
        return model(**given, **{name: cache})

    ids = np.arange(3)[None]
    found, lengths = [], []
    for old_or_new in (
        lambda *, past_key_values=None, **given: read(past_key_values, given),
        lambda *, cache=None, **given: read(cache, given),
    ):
        cache = DynamicCache()
        found.append(forward(Named(old_or_new), ids, ids, None, cache))
        lengths.append(cache.get_seq_length())
    assert lengths == [3, 3]
    assert torch.equal(*found)


def test_a_tokenizer_without_offsets_is_refused() -> None:
    from trovato.llm.local.tokenizer import PromptTokenizer

    tokenizer = tiny_tokenizer()
    assert PromptTokenizer(tokenizer).start == 0
    slow = type("Slow", (), {"is_fast": False})()
    with pytest.raises(ModelUnavailableError, match="not a fast one"):
        PromptTokenizer(slow)


def test_tiny_models_leave_the_global_generator_alone() -> None:
    import torch

    state = torch.random.get_rng_state()
    tiny_model()
    assert torch.equal(state, torch.random.get_rng_state())
