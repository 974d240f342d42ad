"""A training that is killed at any moment goes on to the end that an unbroken one has."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = [pytest.mark.needs("torch"), pytest.mark.slow]

PROGRAM = """
import sys
import torch
from trovato.testing.models.one_token_policy import OneTokenPolicy
from trovato.train.rl import Example, GRPOConfig, train_grpo

torch.set_num_threads(1)
examples = [Example(f"e{at}", f"{at} {at}") for at in range(8)]
config = GRPOConfig(steps=40, examples_per_step=4, group=4, learning_rate=0.01, checkpoint_every=4)
train_grpo(
    OneTokenPolicy(8, 2), examples, {"even": lambda _, one: float(one.tokens[0] % 2 == 0)}, config,
    folder=sys.argv[1], progress=lambda step: print(step.step, flush=True),
)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_killed_training_goes_on_to_the_same_end(tmp_path: Path) -> None:
    def start(name: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(tmp_path / name)], stdout=subprocess.PIPE, text=True
        )

    with start("whole") as whole:
        whole.communicate()
    killed, steps = 0, []
    for wait in (0.0, 0.05):
        with start("cut") as cut:
            assert cut.stdout is not None
            steps.append(int(cut.stdout.readline() or 40))
            time.sleep(wait)
            os.kill(cut.pid, signal.SIGKILL)
            cut.communicate()
            killed += cut.returncode == -signal.SIGKILL
    with start("cut") as last:
        last.communicate()
        assert last.returncode == 0
    assert killed
    assert steps == sorted(steps)
    for name in ("trajectories.jsonl", "steps.jsonl"):
        there, here = ((tmp_path / one / name).read_bytes() for one in ("whole", "cut"))
        assert there == here
