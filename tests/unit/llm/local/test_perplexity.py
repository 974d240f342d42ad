"""How likely a text is: against a plain loop, and by a model that knows what follows."""

from __future__ import annotations

import math

import numpy as np
import pytest

from trovato.core import Item, WhiteBoxModel
from trovato.generate.filters import PerplexityFilter
from trovato.llm import LocalModel, ScriptedModel
from trovato.testing.models.tiny_llm import save_tiny_llm

pytestmark = pytest.mark.needs("torch")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> LocalModel:
    return LocalModel(save_tiny_llm(tmp_path_factory.mktemp("likelihood")), window=64)


def test_it_is_the_mean_over_tokens_one_after_another(model: LocalModel) -> None:
    import torch

    text = "the thin anthem"
    ids = [model._words.start, *model._words.of_text(text)]
    logs = []
    for place in range(1, len(ids)):
        with torch.inference_mode():
            logits = model._model(torch.tensor([ids[:place]])).logits[0, -1].double()
        logs.append(float(torch.log_softmax(logits, -1)[ids[place]]))
    [found] = model.log_likelihood([text])
    assert found == pytest.approx(sum(logs) / len(logs), abs=1e-5)


def test_nothing_to_predict_and_more_than_the_window(model: LocalModel) -> None:
    assert model.log_likelihood([]) == []
    assert model.log_likelihood([""]) == [0.0]
    long = "a" * 500
    assert model.log_likelihood([long]) == model.log_likelihood([long[:63]])


def test_a_text_is_the_mean_of_its_tokens(model: LocalModel) -> None:
    table = model._model.get_input_embeddings().weight.numpy()
    ids = model._words.of_text("the inn")
    found = model.text_vectors(["the inn", ""])
    np.testing.assert_allclose(found[0], table[ids].mean(axis=0), atol=1e-6)
    assert not found[1].any()
    assert isinstance(model, WhiteBoxModel)
    assert not isinstance(ScriptedModel({}), WhiteBoxModel)


def test_it_serves_the_filter(model: LocalModel) -> None:
    texts = ["the thin anthem", "§§ ¶¶ ÿÿ", "an inn in the than"]
    perplexities = [math.exp(-value) for value in model.log_likelihood(texts)]
    least, middle, most = sorted(perplexities)
    assert least < middle < most
    items = [Item(str(at), "text", text) for at, text in enumerate(texts)]
    kept = PerplexityFilter(model.log_likelihood, middle).keep("?", items)
    assert kept == [at for at, value in enumerate(perplexities) if value < most]
