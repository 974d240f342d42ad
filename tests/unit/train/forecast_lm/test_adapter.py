"""LoRA beside a pretrained model: a tiny one of the same layout, with random weights."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trovato.core import InvalidInputError, UnreadableFileError
from trovato.interactions.synthetic import planted_counts
from trovato.retrieve.forecasts import Origin, SimpleForecast, origin_at, signal_records
from trovato.train.forecast_lm import (
    AdapterSettings,
    ForecastLanguageModel,
    LanguageModelSettings,
    fit_adapter,
    load_language_model,
    save_language_model,
)
from trovato.train.forecasts import Truth, truth_after

pytestmark = [pytest.mark.needs("torch"), pytest.mark.slow]
ADAPTER = AdapterSettings(layers=3, adapted=1, rank=4, projection=16)
SETTINGS = LanguageModelSettings(base="ma-4", steps=12, batch=8, batches=4, learning_rate=5e-3)
TABLE, _ = planted_counts(40, 24)


def origin(last: int = 20) -> Origin:
    return origin_at(TABLE, last, (4,))


def past() -> Iterator[tuple[Origin, Truth]]:
    for last in (10, 15):
        truth = truth_after(TABLE, last, origin(last))
        assert truth is not None
        yield origin(last), truth


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four layers of the layout of Llama, and a tokenizer of bytes."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    places = {"<end>": 0, **{letter: at for at, letter in enumerate(alphabet, start=1)}}
    made = Tokenizer(models.BPE(vocab=places, merges=[]))
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    to = tmp_path_factory.mktemp("model")
    PreTrainedTokenizerFast(tokenizer_object=made, eos_token="<end>").save_pretrained(to)
    config = LlamaConfig(
        vocab_size=len(places),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=2,
        tie_word_embeddings=True,
        bos_token_id=0,
        eos_token_id=0,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        LlamaForCausalLM(config).save_pretrained(to)
    return to


@pytest.fixture(scope="module")
def fitted(folder: Path) -> ForecastLanguageModel:
    return fit_adapter(folder, list(past()), SETTINGS, ADAPTER, most=25)


def test_adapters_and_heads_learn_and_nothing_else(
    folder: Path, fitted: ForecastLanguageModel
) -> None:
    from transformers import LlamaForCausalLM

    names = {name.split(".")[0] for name, _ in fitted.network.named_parameters()}
    assert names == {"adapters", "norm", "score", "trend", "explanation"}
    for name, weight in fitted.network.named_parameters():
        assert weight.grad.abs().sum() > 0, name
    before = LlamaForCausalLM.from_pretrained(folder).state_dict()
    for name, weight in fitted.network.pretrained().state_dict().items():
        assert weight.equal(before[name]), name


def test_before_learning_the_base_stands_alone(folder: Path) -> None:
    settings = LanguageModelSettings(base="ma-4", steps=1, batch=2, learning_rate=0.0)
    made = fit_adapter(folder, list(past()), settings, ADAPTER)
    now = origin()
    assert made.predict(now) == pytest.approx(SimpleForecast("ma-4").predict(now), rel=1e-5)


def test_learning_lowers_the_error_on_what_was_learned(fitted: ForecastLanguageModel) -> None:
    def error(model: Any) -> float:
        return float(
            np.mean(
                [np.abs(np.log1p(model.predict(o)) - np.log1p(t.counts)).mean() for o, t in past()]
            )
        )

    assert error(fitted) < error(SimpleForecast("ma-4"))


def test_only_the_largest_are_asked(fitted: ForecastLanguageModel) -> None:
    now = origin()
    base, expected = SimpleForecast("ma-4").predict(now), fitted.predict(now)
    changed = np.abs(expected - base) > 1e-3
    assert 0 < changed.sum() <= 25
    assert base[changed].min() >= np.sort(base)[-25]


def test_kept_states_and_a_cache_change_nothing(fitted: ForecastLanguageModel) -> None:
    import torch

    ids = torch.tensor([[5, 9, 7, 3], [4, 8, 0, 0]])
    mask = torch.tensor([[1, 1, 1, 1], [1, 1, 0, 0]])
    network = fitted.network
    with torch.inference_mode():
        plain = network.states(ids, mask)
        alone = network.states(ids[1:, :2], mask[1:, :2])
        written = network.generate([5, 9, 7, 3], -1, 5)
        row = [5, 9, 7, 3]
        for token in written:
            whole = torch.tensor([row])
            states = network.states(whole, torch.ones_like(whole))
            assert int(network.logits(states[0, -1]).argmax()) == token
            row.append(token)
    assert plain[1, :2] == pytest.approx(alone[0], abs=1e-5)
    network.train()
    for adapter in network.adapters:
        adapter[0].p = 0.0  # without dropout training computes the same
    kept = network.states(ids, mask).detach()
    network.eval()
    assert kept[0] == pytest.approx(plain[0], abs=1e-5)
    assert kept[1, :2] == pytest.approx(plain[1, :2], abs=1e-5)


def test_a_saved_adapter_is_the_same_in_another_process(
    folder: Path, fitted: ForecastLanguageModel, tmp_path: Path
) -> None:
    file = tmp_path / "lm"
    save_language_model(file, fitted)
    now = origin()
    signals = signal_records(now, 0, 9.0, (4.0, 20.0))
    script = """
import sys
from pathlib import Path
from trovato.interactions.synthetic import planted_counts
from trovato.retrieve.forecasts import origin_at, signal_records
from trovato.train.forecast_lm import load_language_model
made = load_language_model(sys.argv[1], sys.argv[2])
now = origin_at(planted_counts(40, 24)[0], 20, (4,))
Path(sys.argv[3]).write_bytes(made.predict(now).tobytes())
Path(sys.argv[4]).write_text(made.write(now.counts[0], signal_records(now, 0, 9.0, (4.0, 20.0))))
"""
    scores, text = tmp_path / "scores", tmp_path / "text"
    subprocess.run([sys.executable, "-c", script, file, folder, scores, text], check=True)
    assert scores.read_bytes() == fitted.predict(now).tobytes()
    assert text.read_text() == fitted.write(now.counts[0], signals)
    with pytest.raises(InvalidInputError, match="give its folder"):
        load_language_model(file)


def test_a_missing_adapter_or_another_model_is_an_error(
    folder: Path, fitted: ForecastLanguageModel, tmp_path: Path
) -> None:
    from safetensors import safe_open
    from safetensors.torch import save_file

    save_language_model(tmp_path / "lm", fitted)
    with safe_open(tmp_path / "lm", framework="pt") as file:
        about = file.metadata()
        weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    for name in ("trend.weight", "adapters.0.1.weight"):
        rest = {other: weight for other, weight in weights.items() if other != name}
        save_file(rest, tmp_path / "less", metadata=about)
        with pytest.raises(UnreadableFileError, match=name.replace(".", r"\.")):
            load_language_model(tmp_path / "less", folder)
    about["about"] = about["about"].replace('"model": "', '"model": "0')
    save_file(weights, tmp_path / "other", metadata=about)
    with pytest.raises(UnreadableFileError, match="beside another model"):
        load_language_model(tmp_path / "other", folder)


def test_more_layers_than_there_are_are_refused(folder: Path) -> None:
    with pytest.raises(InvalidInputError, match="1 to 4 layers"):
        fit_adapter(folder, list(past()), SETTINGS, AdapterSettings(adapted=5))
