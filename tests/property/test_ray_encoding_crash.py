"""Encoding on Ray Data that was killed goes on where it stopped, and gives the same vectors."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from trovato.encode import RayEncoder, load_encoder

pytestmark = [
    pytest.mark.needs("ray"),
    pytest.mark.slow,
    pytest.mark.usefixtures("ray_started"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:ray.data.context"),
]

SHARD, SHARDS = 24, 10
TEXTS = [f"Text {number}: the mill by the river, {'sold ' * (number % 7)}" for number in range(240)]
ENCODE = """
import json, sys
from trovato.encode import RayEncoder
encoder = RayEncoder("minilm", sys.argv[1], workers=1, shard=int(sys.argv[2]))
for _ in encoder.encode(json.loads(sys.stdin.read())):
    pass
"""


def shards(folder: Path) -> dict[str, int]:
    """Whole files, and when each was written."""
    return {place.name: place.stat().st_mtime_ns for place in folder.glob("*.npz")}


def test_what_was_encoded_before_a_kill_is_not_encoded_again(tmp_path: Path) -> None:
    command = [sys.executable, "-c", ENCODE, str(tmp_path), str(SHARD)]
    run = subprocess.Popen(command, stdin=subprocess.PIPE, text=True, start_new_session=True)
    assert run.stdin is not None
    run.stdin.write(json.dumps(TEXTS))
    run.stdin.close()
    until = time.monotonic() + 300
    while len(shards(tmp_path)) < 3 and run.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    before = shards(tmp_path)
    assert 3 <= len(before) < SHARDS

    encoder = RayEncoder("minilm", tmp_path, workers=2, shard=SHARD)
    found = list(encoder.encode(TEXTS))
    after = shards(tmp_path)
    assert len(after) == SHARDS
    assert all(after[name] == written for name, written in before.items())
    plain = list(load_encoder("minilm", 1).encode(TEXTS))
    for one, other in zip(plain, found, strict=True):
        np.testing.assert_array_equal(one.values, other.values)
        np.testing.assert_array_equal(one.spans, other.spans)
