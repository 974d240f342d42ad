"""DOS finds hidden behaviour, says when it learnt nothing, and resumes."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trovato.core import InvalidInputError, NotConvergedError, Sequences
from trovato.ops.quantization import (
    EncodedQuantizer,
    OrthogonalQuantizer,
    fit_residual_quantizer,
    mutual_information,
    orthogonality_error,
    random_rotation,
)
from trovato.testing import check_quantizer
from trovato.train import DOSConfig, DOSEpoch, NextItemSplit, fit_dos
from trovato.train.semantic_ids.dos_network import batch_contrast

pytestmark = pytest.mark.needs("torch")

CONFIG = DOSConfig(levels=2, codes=12, dim=16, k=4, width=24, length=8, warmup_epochs=8, epochs=4)


def planted(items: int = 400, users: int = 800) -> tuple[np.ndarray, np.ndarray, NextItemSplit]:
    """Eight groups in three dimensions that hardly vary; users click inside one."""
    random = np.random.default_rng(0)
    group, style = random.integers(8, size=(2, items))
    behaviour = random.standard_normal((8, 3))[group] + 0.2 * random.standard_normal((items, 3))
    look = random.standard_normal((8, 13))[style] + 0.1 * random.standard_normal((items, 13))
    vectors = np.concatenate([0.4 * behaviour, 1.5 * look], axis=1) @ random_rotation(16)
    own = random.integers(8, size=users)
    rows = np.stack([random.choice(np.flatnonzero(group == one), 9) for one in own])
    histories = Sequences(rows.ravel(), np.arange(users + 1) * 9)
    return vectors.astype(np.float32), group, NextItemSplit.of(histories)


@pytest.mark.slow
def test_first_codes_follow_behaviour() -> None:
    vectors, group, split = planted()
    told: list[DOSEpoch] = []
    made = fit_dos(vectors, split, CONFIG, progress=told.append)
    check_quantizer(made, vectors)
    assert isinstance(made, EncodedQuantizer)
    assert isinstance(made.quantizer, OrthogonalQuantizer)
    assert max(map(orthogonality_error, made.quantizer.rotations)) < 1e-5
    _, plain = fit_residual_quantizer(vectors, levels=2, codes=12)
    learnt = mutual_information(made.encode(vectors)[:, 0], group)[1]
    assert learnt > mutual_information(plain[:, 0], group)[1] + 0.3
    assert [one.warmup for one in told] == [True] * 8 + [False] * 4
    assert told[-1].auc > 0.6


@pytest.mark.slow
def test_a_resumed_run_equals_an_unbroken_one(tmp_path: Path) -> None:
    vectors, _, split = planted(120, 200)
    config = replace(CONFIG, warmup_epochs=2, epochs=2, least_auc=0.0)
    whole = fit_dos(vectors, split, config)
    kept = tmp_path / "kept.npz"

    class StoppedError(Exception):
        pass

    for stop in (1, 3):

        def stopping(told: DOSEpoch, stop: int = stop) -> None:
            if told.epoch > stop:
                raise StoppedError

        with pytest.raises(StoppedError):
            fit_dos(vectors, split, config, checkpoint=kept, progress=stopping)
    resumed = fit_dos(vectors, split, config, checkpoint=kept)
    assert np.array_equal(whole.encode(vectors), resumed.encode(vectors))
    assert np.array_equal(whole.mixing, resumed.mixing)


def test_ids_of_a_training_that_learnt_nothing_are_refused() -> None:
    vectors, _, _ = planted(120, 20)
    random = np.random.default_rng(1)  # nobody prefers anything
    clicks = Sequences(random.integers(120, size=300), np.arange(61) * 5)
    told: list[DOSEpoch] = []
    config = replace(CONFIG, warmup_epochs=0, epochs=5, least_auc=0.9)
    with pytest.raises(NotConvergedError, match="warm up"):
        fit_dos(vectors, NextItemSplit.of(clicks), config, progress=told.append)
    assert len(told) == 2


@pytest.mark.slow
def test_parts_of_the_paper_can_be_left_out_or_added() -> None:
    vectors, _, split = planted(120, 100)
    config = replace(CONFIG, warmup_epochs=1, epochs=1, least_auc=0.0)
    changes: tuple[dict[str, Any], ...] = (
        {"shared_codebooks": False},
        {"decoder_weight": 1.0},
        {"attention": False},
        {"contrast_weight": 0.5},
        {"whiten": False},
    )
    made = [fit_dos(vectors, split, config)]
    told: list[DOSEpoch] = []
    for change in changes:
        made.append(fit_dos(vectors, split, replace(config, **change), progress=told.append))
        check_quantizer(made[-1], vectors)
    losses = {round(one.loss, 6) for one in told if not one.warmup}
    assert len(losses) == len(changes)
    assert len({one.encode(vectors).tobytes() for one in made}) == len(made)
    assert len({one.mixing.tobytes() for one in made}) == len(made)


def test_components_keep_how_much_they_vary_without_whitening() -> None:
    vectors, _, split = planted(120, 100)
    config = replace(CONFIG, warmup_epochs=0, epochs=1, least_auc=0.0)
    for whiten in (True, False):
        made = fit_dos(vectors, split, replace(config, whiten=whiten))
        projected = (vectors - made.mean) @ made.projection
        spreads = projected.var(axis=0, ddof=1)
        assert spreads.mean() == pytest.approx(1, rel=1e-3)
        assert (spreads.max() < 1.001) == whiten


def test_clicks_of_a_batch_are_told_apart_as_likely_as_they_are() -> None:
    import torch

    random = np.random.default_rng(0)
    users, items = random.standard_normal((2, 5, 4))
    owners, shares = np.array([3, 1, 3, 2, 0]), np.array([0.1, 0.2, 0.3, 0.4])
    losses = []
    for at, user in enumerate(users):
        cosines = items @ user / np.linalg.norm(items, axis=1) / np.linalg.norm(user)
        others = [one for one in range(5) if one == at or owners[one] != owners[at]]
        weights = {one: math.exp(10 * cosines[one]) / shares[owners[one]] for one in others}
        losses.append(-math.log(weights[at] / sum(weights.values())))
    given = (users, items, owners, np.log(shares[owners]))
    found = batch_contrast(*(torch.from_numpy(one) for one in given))
    assert float(found) == pytest.approx(np.mean(losses), rel=1e-6)


def test_the_tokenizer_never_sees_what_is_asked() -> None:
    histories = Sequences(np.arange(10), np.array([0, 4, 6, 10]))
    split = NextItemSplit.of(histories)
    assert split.tokenizer.items.tolist() == [0, 1, 4, 5, 6, 7]
    assert split.generator.items.tolist() == [0, 1, 2, 4, 5, 6, 7, 8]
    assert split.asked.tolist() == [0, 2]
    assert split.targets.tolist() == [3, 9]


def test_too_few_clicks_or_wrong_sizes_are_refused() -> None:
    few = NextItemSplit.of(Sequences(np.arange(4), np.array([0, 4])))
    with pytest.raises(InvalidInputError, match="ten users"):
        fit_dos(np.zeros((4, 16), np.float32), few, CONFIG)
    with pytest.raises(InvalidInputError, match="k is at most dim"):
        DOSConfig(dim=4, k=5)
