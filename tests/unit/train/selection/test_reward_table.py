"""Rewards of a pool, read from files that people have."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from trovato.core import InvalidInputError, UnreadableFileError
from trovato.train.selection import RewardTable, read_rewards


def test_means_and_deviations_are_those_of_all_rewards_of_an_id(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    rewards = {f"e{number}": random.random(number % 5 + 1) * 1e-6 for number in range(20)}
    one_line_each = tmp_path / "examples.jsonl"
    one_line_each.write_text(
        "".join(json.dumps({"id": key, "rewards": v.tolist()}) + "\n" for key, v in rewards.items())
    )
    by_rollout = tmp_path / "rollouts.jsonl"
    pairs = [(key, value) for key, values in rewards.items() for value in values.tolist()]
    by_rollout.write_text(
        "".join(
            json.dumps({"sample_id": pairs[at][0], "reward": pairs[at][1]}) + "\n"
            for at in random.permutation(len(pairs))
        )
    )
    for path in (one_line_each, by_rollout):
        table = read_rewards(path)
        for row, key in enumerate(table.ids):
            values = rewards[key]
            assert table.means[row] == pytest.approx(values.mean(), rel=1e-12)
            std = values.std(ddof=1) if len(values) > 1 else 0.0
            assert table.stds[row] == pytest.approx(std, rel=1e-9)
            assert table.counts[row] == len(values)


def test_parquet_is_read_as_json_is(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet

    rows: list[dict[str, Any]] = [
        {"id": "a", "rewards": [0.5, None, 0.1], "segment": "cold"},
        {"id": "b", "rewards": [], "segment": "warm"},
    ]
    pyarrow.parquet.write_table(pa.Table.from_pylist(rows), tmp_path / "r.parquet")
    told: list[tuple[str, int, int]] = []
    table = read_rewards(tmp_path / "r.parquet", progress=lambda *step: told.append(step))
    plain = RewardTable.of(rows)
    assert table.ids == plain.ids == ("a", "b")
    assert table.segments == ("cold", "warm")
    np.testing.assert_array_equal(table.means, plain.means)
    assert table.missing == 1
    assert np.isnan(table.means[1])
    assert told == [("reading rewards", 2, 2)]
    (tmp_path / "broken.parquet").write_bytes(b"PAR1 nothing")
    with pytest.raises(UnreadableFileError, match="not a whole Parquet"):
        read_rewards(tmp_path / "broken.parquet")


def test_missing_rewards_and_nan_are_left_out_and_counted() -> None:
    table = RewardTable.of(
        [{"id": 1, "reward": None}, {"id": 1, "reward": float("nan")}, {"id": 2, "reward": True}]
    )
    assert table.missing == 2
    assert table.counts.tolist() == [0, 1]
    assert (table.means[1], table.stds[1]) == (1.0, 0.0)


def test_ids_that_are_numbers_are_in_their_order_and_others_in_that_of_the_alphabet() -> None:
    numbers = RewardTable.of({"id": one, "reward": 0} for one in (10, 9, 100))
    assert [numbers.ids[row] for row in numbers.order] == ["9", "10", "100"]
    texts = RewardTable.of({"id": one, "reward": 0} for one in ("b", "10", "9"))
    assert [texts.ids[row] for row in texts.order] == ["10", "9", "b"]


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ('{"id": "a"}', "line 2.*needs an id .* reward"),
        ('{"reward": 1}', "line 2.*needs an id"),
        ('{"id": "", "reward": 1}', "line 2"),
        ('{"id": "a", "reward": "much"}', "finite number or null, got 'much'.*line 2"),
        ('{"id": "a", "reward": [1, Infinity]}', "finite number or null, got inf"),
        ("[1]", "line 2.*no JSON object"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, line: str, wrong: str) -> None:
    path = tmp_path / "rewards.jsonl"
    path.write_text('{"id": "fine", "reward": 1}\n' + line + "\n")
    with pytest.raises(InvalidInputError, match=wrong):
        read_rewards(path)


def test_a_file_that_is_damaged_or_absent_is_told(tmp_path: Path) -> None:
    path = tmp_path / "rewards.jsonl"
    path.write_text('{"id": "a", "rew')
    with pytest.raises(UnreadableFileError, match=r"line 1 .*not JSON"):
        read_rewards(path)
    with pytest.raises(UnreadableFileError, match="cannot read"):
        read_rewards(tmp_path / "absent.jsonl")
