"""`trovato train rl` as users run it: a proxy, a choice, and the training."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from trovato.__main__ import main

pytestmark = pytest.mark.needs("torch")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, list(map(str, arguments)))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from trovato.testing.models.tiny_llm import save_tiny_llm

    folder = tmp_path_factory.mktemp("rl")
    save_tiny_llm(folder / "model", "llama")
    (folder / "examples.jsonl").write_text(
        "".join(
            json.dumps({"id": f"q{at}", "prompt": f"the {at}", "answer": ["e", "t", "o", "n", "i"]})
            + "\n"
            for at in range(8)
        )
    )
    return folder


def test_a_proxy_is_trained_its_rewards_choose_and_the_choice_is_trained_on(place: Path) -> None:
    model, examples = place / "model", place / "examples.jsonl"
    small = ["--examples-per-step", 4, "--group", 4, "--max-tokens", 4, "--quiet"]
    reward = ["--reward", "contains_answer", "--learning-rate", 1e-3]
    proxy = run("train", "rl", model, examples, "--steps", 2, *small, *reward, "--to", place / "p")
    assert proxy.exit_code == 0, proxy.output
    ids = place / "ids.txt"
    chosen = run("select", place / "p" / "trajectories.jsonl", "--budget", 4, "--to", ids)
    assert "scored by 32 rollouts" in chosen.output
    arguments = ["train", "rl", model, examples, "--order", ids, *small, *reward, "--steps", 3]
    first = run(*arguments, "--to", place / "a", "--json")
    second = run(*arguments, "--to", place / "b", "--json")
    assert first.stdout == second.stdout
    read = [
        json.loads(line) for line in (place / "a" / "trajectories.jsonl").read_text().splitlines()
    ]
    assert [one["example"] for one in read[::4]][:4] == ids.read_text().split()
    weights = [(place / one / "model" / "model.safetensors").read_bytes() for one in "ab"]
    assert weights[0] == weights[1]
    again = run(*arguments, "--to", place / "a", "--json")
    assert json.loads(again.stdout) == {"steps": 3, "stopped": None, "last": None, "gain": None}


def test_it_chooses_anew_while_it_trains(place: Path) -> None:
    np.save(place / "f.npy", np.eye(8, dtype=np.float32))
    small = ["--examples-per-step", 2, "--group", 2, "--max-tokens", 2, "--steps", 3, "--quiet"]
    arguments = ["train", "rl", place / "model", place / "examples.jsonl", *small, "--to"]
    found = run(*arguments, place / "s", "--select", 4, "--features", place / "f.npy")
    assert found.exit_code == 0, found.output
    read = (place / "s" / "trajectories.jsonl").read_text().splitlines()
    taken = [json.loads(line)["example"] for line in read[::2]]
    assert taken != [f"q{at}" for at in range(6)]
    assert len(set(taken[:4])) == 4
    other = run(*arguments, place / "s", "--select", 5, "--features", place / "f.npy")
    assert "left by a training with other" in other.output
    assert "say how many" in run(*arguments, place / "n", "--features", place / "f.npy").output


def test_with_sources_it_calls_tools_and_leaves_traces(place: Path) -> None:
    from trovato.library import Library, add_sources

    law, cases, to = place / "law.jsonl", place / "cases.jsonl", place / "agent"
    law.write_text(json.dumps({"id": "1", "fact": "theft of the mill", "charges": "theft"}))
    with Library.create(place / "law.trovato") as library:
        add_sources(library, "law", law, "precedent")
    cases.write_text(json.dumps({"id": "a", "prompt": "theft", "months": 6, "factors": []}) + "\n")
    small = ["--steps", 1, "--examples-per-step", 1, "--group", 2, "--max-tokens", 3, "--quiet"]
    rewards = ["--sources", place / "law.trovato", "--turns", 1, "--reward", "term_bin_match"]
    found = run("train", "rl", place / "model", cases, *small, *rewards, "--to", to)
    assert found.exit_code == 0, found.output
    lines = (to / "trajectories.jsonl").read_text().splitlines()
    steps = [[step["by"] for step in json.loads(line)["trace"]["steps"]] for line in lines]
    # A random model calls nothing: it is corrected, told that no call is left, and asked once more.
    assert steps == [["policy", "observation", "observation", "policy"]] * 2
    without = run("train", "rl", place / "model", cases, *small, *rewards[4:], "--to", place / "n")
    assert "train an AgentPolicy" in without.output


def test_it_says_where_nothing_was_learnt(place: Path) -> None:
    found = run(
        *("train", "rl", place / "model", place / "examples.jsonl", "--steps", 20),
        *("--max-tokens", 1, "--examples-per-step", 1, "--group", 2, "--quiet"),
        *("--to", place / "nothing"),
    )
    assert found.exit_code == 0
    assert "nothing learnt that can be told from chance" in found.output


def test_a_limit_ends_with_status_3_and_says_which(place: Path) -> None:
    found = run(
        *("train", "rl", place / "model", place / "examples.jsonl", "--min-entropy", 99),
        *("--max-tokens", 2, "--quiet", "--to", place / "stopped"),
    )
    assert found.exit_code == 3
    assert "stopped: entropy" in found.output


@pytest.mark.parametrize(
    ("lines", "wrong"),
    [
        ('{"id": "a"}', "line 1 of .* needs an id and a prompt"),
        ('{"id": "a", "prompt": ""}\n{"id": "a", "prompt": ""}', "'a' comes again in line 2"),
        ("{", "line 1 of .* not JSON"),
        ('{"id": "a", "prompt": "b"}', "needs a field 'answer'"),
    ],
)
def test_examples_that_cannot_be_used_are_told(
    place: Path, tmp_path: Path, lines: str, wrong: str
) -> None:
    (tmp_path / "e.jsonl").write_text(lines)
    found = run(
        *("train", "rl", place / "model", tmp_path / "e.jsonl", "--max-tokens", 2),
        *("--to", tmp_path / "to", "--quiet"),
    )
    assert found.exit_code == 1
    assert re.search(wrong, found.output)
