"""What is chosen, in which order, and why the rest was dropped."""

from __future__ import annotations

import json
import random as python_random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trovato.core import InvalidInputError
from trovato.train.selection import (
    METHODS,
    RewardTable,
    SelectionConfig,
    curriculum,
    learnability,
    read_rewards,
    select_examples,
    selection_plots,
)

OFFICIAL = Path(__file__).parents[5] / "shared" / "data" / "minirec" / "official-logs"


def pool(
    examples: int = 300, order: np.ndarray | None = None
) -> tuple[RewardTable, np.ndarray, np.ndarray]:
    """Rewards, embeddings and gradients, their rows perhaps in another order."""
    random = np.random.default_rng(0)
    rewards = random.random((examples, 4)) * random.random((examples, 1))
    vectors = random.standard_normal((examples, 8)).astype(np.float32)
    gradients = random.standard_normal((examples, 6)).astype(np.float32) + 0.5
    rows = np.arange(examples) if order is None else order
    table = RewardTable.of(
        {
            "id": f"e{row:04}",
            "rewards": rewards[row].tolist(),
            "segment": "even" if row % 2 == 0 else "odd",
        }
        for row in rows.tolist()
    )
    return table, vectors[rows], gradients[rows]


def check_official_format(logs: Path) -> None:
    """Difficulty, order and nested choices as in logs of the released program."""
    table = read_rewards(logs / "all_merged_sorted.jsonl")
    config = METHODS["released"]
    scores = [json.loads(line) for line in (logs / "sample_scores.jsonl").read_text().splitlines()]
    order = {key: row for row, key in enumerate(table.ids)}
    rows = np.array([order[str(one["sample_id"])] for one in scores])
    difficulty = np.array([one["difficulty"] for one in scores])
    assert np.abs(learnability(table, config)[rows] - difficulty).max() <= 1e-9
    chosen = np.sort(np.load(logs / "selected_indices_256.npy"))
    means = table.means[[order[str(one)] for one in chosen.tolist()]]
    found = chosen[curriculum(means, config.group_size, config.seed)]
    assert found.tolist() == np.load(logs / "sorted_256_fold_4.npy").tolist()
    small, large = (select_examples(table, k, config).chosen.tolist() for k in (256, 512))
    assert large[:256] == small


@pytest.mark.skipif(not OFFICIAL.is_dir(), reason="the official logs are not in the repository")
def test_the_official_difficulty_and_order_are_found_again() -> None:
    check_official_format(OFFICIAL)


def test_a_drawn_copy_of_the_official_format_is_found_again(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    rewards = random.random((700, 4)) ** 6
    means = rewards.mean(axis=1)
    raw = np.exp(-((means - 0.5) ** 2) / (2 * means.var()))
    raw = (raw - raw.min()) / (raw.max() - raw.min())
    for name, records in (
        (
            "all_merged_sorted",
            [{"sample_id": str(at), "reward": one} for at, one in enumerate(rewards.tolist())],
        ),
        (
            "sample_scores",
            [{"sample_id": at, "difficulty": one} for at, one in enumerate(raw.tolist())],
        ),
    ):
        text = "".join(json.dumps(record) + "\n" for record in records)
        (tmp_path / f"{name}.jsonl").write_text(text)
    chosen = sorted(random.choice(700, 256, replace=False).tolist())
    np.save(tmp_path / "selected_indices_256.npy", np.array(chosen))
    python_random.Random(42).shuffle(chosen)
    parts = [sorted(chosen[at : at + 64], key=lambda one: -means[one]) for at in range(0, 256, 64)]
    np.save(tmp_path / "sorted_256_fold_4.npy", np.concatenate(parts))
    check_official_format(tmp_path)


def test_the_order_of_rows_changes_nothing() -> None:
    orders = None, np.random.default_rng(9).permutation(300)
    chosen = []
    for table, vectors, gradients in (pool(300, order) for order in orders):
        found = select_examples(table, 40, embeddings=vectors, gradients=gradients)
        chosen.append((found.ids, [table.ids[row] for row in found.chosen]))
    assert chosen[0] == chosen[1]


def test_a_smaller_choice_is_the_beginning_of_a_larger_one() -> None:
    table, vectors, gradients = pool()
    large, small = (
        select_examples(table, k, embeddings=vectors, gradients=gradients).chosen for k in (60, 20)
    )
    assert large[:20].tolist() == small.tolist()


def test_every_dropped_example_has_a_reason() -> None:
    table = RewardTable.of(
        [
            {"id": "good", "rewards": [0.4, 0.6]},
            {"id": "twin", "rewards": [0.4, 0.6]},
            {"id": "kin", "rewards": [0.45, 0.55]},
            {"id": "other", "rewards": [0.4, 0.5]},
            {"id": "easy", "rewards": [1.0, 1.0]},
            {"id": "hopeless", "rewards": [0.0, 0.0]},
            {"id": "unknown", "rewards": []},
        ]
    )
    vectors = np.array([[1, 0], [1, 0], [1, 0.01], [0, 1], [-1, 0], [0, -1], [1, 1]], np.float32)
    config = SelectionConfig(learnability="gaussian", sigma=0.1)
    found = select_examples(table, 2, config, embeddings=vectors)
    records = {one["id"]: one for one in found.rows()}
    assert {key: one["reason"] for key, one in records.items()} == {
        "good": "chosen",
        "twin": "duplicate",
        "kin": "near a chosen one",
        "other": "chosen",
        "easy": "too easy",
        "hopeless": "too hard",
        "unknown": "no reward",
    }
    assert (records["kin"]["nearest_chosen"], records["unknown"]["nearest_chosen"]) == (
        "good",
        None,
    )
    assert records["good"]["distance"] == 0
    assert {records[one]["place"] for one in found.ids} == {0, 1}
    assert found.to_json()["reasons"]["chosen"] == 2


def test_an_unrepresentative_example_is_named_as_such() -> None:
    table = RewardTable.of({"id": one, "rewards": [0.5]} for one in "abcd")
    gradients = np.array([[1.0, 0], [1, 0.1], [1, -0.1], [-1, 0]], np.float32)
    found = select_examples(table, 3, gradients=gradients)
    assert found.reasons() == ["chosen", "chosen", "chosen", "not representative"]


def test_segments_show_whom_a_choice_leaves_out() -> None:
    table, vectors, _ = pool()
    found = select_examples(table, 50, embeddings=vectors)
    counts = found.segments()
    assert {name: of for name, (of, _) in counts.items()} == {"even": 150, "odd": 150}
    assert sum(taken for _, taken in counts.values()) == 50


@pytest.mark.parametrize(
    "kind", ["gaussian", "quantile-gaussian", "variance", "beta-posterior", "progress"]
)
def test_rewards_without_any_signal_leave_the_choice_to_the_rest(kind: str) -> None:
    table = RewardTable.of({"id": at, "rewards": [0.0, 0.0]} for at in range(30))
    _, vectors, gradients = pool(30)
    config = SelectionConfig(learnability=kind)  # type: ignore[arg-type]
    found = select_examples(table, 5, config, gradients=gradients, embeddings=vectors, base=table)
    assert any("equally learnable" in one for one in found.warnings)
    assert found.representativeness is not None
    assert found.chosen[0] == found.representativeness.argmax()
    alone = select_examples(table, 5, config, embeddings=vectors, base=table)
    assert alone.chosen[0] == 0
    assert alone.distances is not None
    assert alone.distances.max() < 1


def test_uneven_and_missing_rewards_are_told() -> None:
    table = RewardTable.of(
        [
            {"id": "a", "rewards": [0.5]},
            {"id": "d", "rewards": [0.9]},
            {"id": "b", "rewards": [0.1, None, 0.3]},
            {"id": "c", "rewards": [float("nan")]},
        ]
    )
    found = select_examples(table, 3)
    assert sorted(found.ids) == ["a", "b", "d"]
    assert [one.split(":")[0] for one in found.warnings] == [
        "2 rewards are missing or nan",
        "1 examples have no reward",
        "examples have from 1 to 2 rewards",
    ]


def test_a_single_example_is_chosen() -> None:
    table = RewardTable.of([{"id": "only", "rewards": [0.2]}])
    ones = np.ones((1, 2), np.float32)
    assert select_examples(table, 1, embeddings=ones, gradients=ones).ids == ["only"]


def test_progress_prefers_what_a_short_training_improved() -> None:
    base = RewardTable.of({"id": at, "rewards": [0.1]} for at in (2, 1, 0))
    table = RewardTable.of({"id": at, "rewards": [0.1 + 0.2 * (at == 1)]} for at in (0, 1, 2))
    config = SelectionConfig(learnability="progress")
    assert select_examples(table, 1, config, base=base).ids == ["1"]
    with pytest.raises(InvalidInputError, match="base rewards of the same examples"):
        select_examples(table, 1, config)


@pytest.mark.usefixtures("unchecked")
def test_what_does_not_belong_together_is_refused() -> None:
    table, vectors, _ = pool(10)
    with pytest.raises(InvalidInputError, match="one row of embeddings for each of 10"):
        select_examples(table, 2, embeddings=vectors[:9])
    with pytest.raises(InvalidInputError, match="at least 1"):
        select_examples(table, 0)
    with pytest.raises(InvalidInputError, match="learnability is one of"):
        SelectionConfig(learnability="luck")  # type: ignore[arg-type]


def test_a_scored_sample_tells_of_the_rest_by_its_features() -> None:
    random = np.random.default_rng(5)
    kinds = random.integers(0, 3, 300)
    features = np.eye(3, dtype=np.float32)[kinds]
    chances = np.array([0.0, 0.5, 1.0])[kinds]
    rows = [
        {"id": f"e{at:03}", "rewards": (random.random(4) < chances[at]).tolist() if at < 60 else []}
        for at in range(300)
    ]
    table = RewardTable.of(rows)
    found = select_examples(table, 60, features=features)
    assert np.mean(kinds[found.chosen] == 1) > 0.9
    assert (found.chosen >= 60).sum() > 30
    assert found.warnings[0] == "240 examples have no reward: theirs is estimated"
    assert found.to_json()["scoring_rollouts"] == 240
    assert "no reward" not in found.reasons()
    means = found.table.means
    assert means[kinds == 0].max() < means[kinds == 1].mean() < means[kinds == 2].min()
    without = select_examples(table, 60)
    assert (without.chosen < 60).all()


def test_plots_are_whole_svg_documents() -> None:
    table, vectors, _ = pool()
    charts = selection_plots(select_examples(table, 30, embeddings=vectors))
    assert sorted(charts) == ["distances.svg", "order.svg", "rewards.svg", "scores.svg"]
    assert all(one.startswith("<svg") and one.endswith("</svg>\n") for one in charts.values())


@pytest.fixture(scope="module")
def planted() -> tuple[RewardTable, np.ndarray]:
    """8 rollouts of 600 easy, 600 medium and 1,200 noise examples, and which is which."""
    random = np.random.default_rng(0)
    kinds = np.repeat(["easy", "medium", "noise"], [600, 600, 1200])
    chance = np.repeat([0.95, 0.3, 1 / 40], [600, 600, 1200])
    rewards = (random.random((2400, 8)) < chance[:, None]).astype(float)
    rows = ({"id": at, "rewards": one} for at, one in enumerate(rewards.tolist()))
    return RewardTable.of(rows), kinds


@pytest.mark.parametrize("kind", ["gaussian", "variance", "beta-posterior"])
def test_of_planted_examples_the_medium_ones_are_learnable(
    kind: Any, planted: tuple[RewardTable, np.ndarray]
) -> None:
    table, kinds = planted
    chosen = kinds[select_examples(table, 600, SelectionConfig(learnability=kind)).chosen]
    assert np.mean(chosen == "medium") >= 0.75


def test_a_preference_for_hard_examples_takes_more_noise(
    planted: tuple[RewardTable, np.ndarray],
) -> None:
    table, kinds = planted
    noise = [
        np.mean(kinds[select_examples(table, 600, config).chosen] == "noise")
        for config in (METHODS["released"], SelectionConfig(learnability="gaussian", mu=0.05))
    ]
    assert noise[1] > noise[0] + 0.2
