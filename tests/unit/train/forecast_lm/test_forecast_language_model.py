"""A tiny language model that forecasts and explains: losses, tokens, saving, gradients."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from trovato.core import UnreadableFileError, generator
from trovato.generate.explanations import SENTENCES, verify
from trovato.interactions.synthetic import planted_counts
from trovato.retrieve.forecasts import Origin, origin_at, signal_records
from trovato.train.forecast_lm import (
    ForecastLanguageModel,
    LanguageModelSettings,
    contrastive_loss,
    fit_language_model,
    load_language_model,
    ranking_loss,
    save_language_model,
)
from trovato.train.forecast_lm.text import contradicted, joined, split, teacher
from trovato.train.forecasts import truth_after

pytestmark = pytest.mark.needs("torch")


def origin(last: int = 20) -> Origin:
    return origin_at(planted_counts(40, 24)[0], last, (4,))


@pytest.fixture(scope="module")
def fitted() -> ForecastLanguageModel:
    table, _ = planted_counts(40, 24)
    past = [(origin(last), truth_after(table, last, origin(last))) for last in (10, 15)]
    settings = LanguageModelSettings(steps=3, batch=8)
    return fit_language_model([(o, t) for o, t in past if t is not None], settings)


def test_sentences_survive_their_tokens() -> None:
    for sentences in SENTENCES.values():
        for sentence in sentences:
            assert joined(split(sentence)) == sentence


def test_a_teacher_is_right_and_its_contradiction_is_not() -> None:
    random = generator(0, "teacher")
    now = origin()
    for at in range(len(now.places)):
        signals = signal_records(now, at, 9.0, (4.0, 20.0))
        by_name = {one.name: one for one in signals}
        wrong = contradicted(by_name, random)
        changed = {name for name in by_name if wrong[name].bucket != by_name[name].bucket}
        assert 1 <= len(changed) <= 3
        assert teacher(by_name, random)[-1] == "<end>"


def test_the_contrast_is_that_of_a_case_by_hand() -> None:
    import torch

    trend = torch.eye(3)
    positive = torch.tensor([[1.0, 0, 0], [0, 1, 0], [0.6, 0, 0.8]])
    negative = torch.tensor([[0.8, 0.6, 0], [0, 0, 1.0], [0, 0, -1.0]])
    same = torch.eye(3, dtype=torch.bool)
    rows: list[list[float]] = [[1, 0, 0.6, 0.8], [0, 1, 0, 0], [0, 0, 0.8, -1]]
    by_hand = [
        -math.log(math.exp(2 * row[at]) / sum(math.exp(2 * value) for value in row))
        for at, row in enumerate(rows)
    ]
    loss = contrastive_loss(trend, positive, negative, same, temperature=0.5)
    assert float(loss) == pytest.approx(np.mean(by_hand), abs=1e-6)
    same[0, 2] = True  # the third says the same as the first: it is no negative of it
    rows[0].pop(2)
    by_hand[0] = -math.log(math.exp(2) / sum(math.exp(2 * value) for value in rows[0]))
    loss = contrastive_loss(trend, positive, negative, same, temperature=0.5)
    assert float(loss) == pytest.approx(np.mean(by_hand), abs=1e-6)


def test_ranking_wants_larger_scores_for_larger_counts() -> None:
    import torch

    targets = torch.tensor([2.0, 1.0])
    right = ranking_loss(torch.tensor([1.0, 0.0]), targets)
    assert float(right) == pytest.approx(math.log1p(math.exp(-1)))
    assert float(ranking_loss(torch.tensor([0.0, 1.0]), targets)) > float(right)
    assert float(ranking_loss(torch.zeros(2), torch.ones(2))) == 0


def test_every_part_is_trained(fitted: ForecastLanguageModel) -> None:
    heads = ("score", "trend", "explanation", "backbone.model.layers.0.self_attn.q_proj")
    for head in heads:
        assert fitted.network.get_parameter(f"{head}.weight").grad.abs().sum() > 0, head


def test_scores_are_counts_and_repeat(fitted: ForecastLanguageModel) -> None:
    first, second = fitted.predict(origin()), fitted.predict(origin())
    assert first.tobytes() == second.tobytes()
    assert (first >= 0).all()


def test_scores_stand_alone_without_a_base(fitted: ForecastLanguageModel) -> None:
    now = origin()
    alone, added = (
        np.log1p(ForecastLanguageModel(fitted.network, fitted.codec, base).predict(now))
        for base in ("", "last")
    )
    large = now.counts[:, -1] > 5  # whose sum is not cut off at 0
    scores = added[large] - np.log1p(now.counts[large, -1])
    assert large.sum() > 10
    assert alone[large] == pytest.approx(np.maximum(scores, 0), abs=1e-6)


def test_a_saved_model_is_the_same_and_a_missing_head_is_an_error(
    fitted: ForecastLanguageModel, tmp_path: Path
) -> None:
    save_language_model(tmp_path / "lm", fitted)
    again = load_language_model(tmp_path / "lm")
    now = origin()
    assert again.predict(now).tobytes() == fitted.predict(now).tobytes()
    signals = signal_records(now, 0, 9.0, (4.0, 20.0))
    text = fitted.write(now.counts[0], signals)
    assert again.write(now.counts[0], signals) == text
    assert not verify(text, signals).accepted  # three steps teach nobody to write
    without(tmp_path / "lm", tmp_path / "less", "score.weight")
    with pytest.raises(UnreadableFileError, match=r"score\.weight"):
        load_language_model(tmp_path / "less")
    with pytest.raises(UnreadableFileError, match="cannot read"):
        load_language_model(tmp_path / "absent")


def without(path: Path, to: Path, left_out: str) -> None:
    """The same file without one tensor."""
    from safetensors import safe_open
    from safetensors.torch import save_file

    with safe_open(path, framework="pt") as file:
        names = [name for name in file.keys() if name != left_out]  # noqa: SIM118
        assert len(names) < len(list(file.keys()))
        save_file({name: file.get_tensor(name) for name in names}, to, metadata=file.metadata())
