"""Recommending as a task: prompts with titles, and rewards by rank."""

from __future__ import annotations

import numpy as np
import pytest

from trovato.core import InvalidInputError, Trajectory
from trovato.train.rl import NextItemTask, similarity_reward

TITLES = {"1": "Heat", "2": "Alien", "3": "heat", "4": "Big  Fish", "5": "2001: A Space Odyssey"}
NONE = np.zeros(0, np.int64)


def said(text: str) -> Trajectory:
    none = np.zeros(0, np.int64)
    return Trajectory("u", none, none, none > 0, np.zeros(0, np.float32), text)


def test_a_prompt_shows_the_newest_titles_and_never_the_answer() -> None:
    task = NextItemTask(TITLES, window=2)
    found = task.example("u", ["4", "1", "2"], "5", ["5", "3"])
    assert found.prompt.splitlines()[:6] == [
        "Liked, oldest first:",
        "- Heat [1]",
        "- Alien",
        "Candidates:",
        "- 2001: A Space Odyssey",
        "- heat [3]",
    ]
    assert "2001" not in task.example("u", ["4", "1", "2"], "5").prompt
    with pytest.raises(InvalidInputError, match="without a title, such as '9'"):
        task.example("u", ["9"], "5")


def test_a_prompt_for_reasons_shows_the_history_alone() -> None:
    found = NextItemTask(TITLES).reasoning_example("u", ["4", "2"], "5")
    lines = found.prompt.splitlines()
    assert lines[:3] == ["Liked, oldest first:", "- Big Fish", "- Alien"]
    assert len(lines) == 4
    assert found.fields == {"history": ("4", "2"), "target": "5"}


def test_items_are_read_from_lines_and_shared_titles_by_their_id() -> None:
    task = NextItemTask(TITLES)
    text = "1. Alien\n- big fish\n* 2001: A Space Odyssey\nHeat\nHEAT [3]\nalien\nI think so."
    assert task.parse(text) == ["2", "4", "5", "3"]
    assert task.parse("") == []


@pytest.mark.parametrize(
    ("text", "reward"),
    [
        ("Alien", 1.0),
        ("Big Fish\nAlien", 1 / np.log2(3)),
        ("Heat [1]\nAlien", 1.0),  # of the history
        ("Big Fish", 0.0),
        ("no title at all", 0.0),
    ],
)
def test_the_reward_is_ndcg_without_the_history(text: str, reward: float) -> None:
    task = NextItemTask(TITLES)
    assert task.ndcg(task.example("u", ["1"], "2"), said(text)) == pytest.approx(reward)


@pytest.mark.parametrize(
    ("rank", "ndcg"), [(1, 1.0), (2, 1 / np.log2(3)), (1000, 1 / np.log2(1001)), (1001, 0.0)]
)
def test_over_a_catalogue_it_is_ndcg_and_a_little_probability(rank: int, ndcg: float) -> None:
    similarities = np.linspace(1, -1, 1500)
    shares = np.exp(similarities / 0.02)
    expected = 0.95 * ndcg + 0.05 * shares[rank - 1] / shares.sum()
    assert similarity_reward(similarities, rank - 1, NONE) == pytest.approx(expected)


def test_what_was_seen_is_never_ranked_and_ties_go_to_the_lower_place() -> None:
    similarities = np.array([0.9, 0.5, 0.5, 0.1])
    assert similarity_reward(similarities, 1, np.array([0]), softmax_weight=0.0) == 1.0
    assert similarity_reward(similarities, 2, np.array([0]), softmax_weight=0.0) == pytest.approx(
        1 / np.log2(3)
    )
    shares = [similarity_reward(similarities, at, NONE, softmax_weight=1.0) for at in range(4)]
    assert sum(shares) == pytest.approx(1)
    with pytest.raises(InvalidInputError, match="temperature"):
        similarity_reward(similarities, 0, NONE, temperature=0.0)
